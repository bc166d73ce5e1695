/** Metrics, traces and logs of running clusters. */
@NullMarked
package io.shardjdbc.tests.observe;

import org.jspecify.annotations.NullMarked;
