/**
 * What single steps cost, by JMH, with nothing but the step: routing, parsing, planning, the ring.
 */
@NullMarked
package io.shardjdbc.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
