/** Pages of the documentation that are made from the sources of core. */
@NullMarked
package io.shardjdbc.docs;

import org.jspecify.annotations.NullMarked;
