/** Tests of what is read of the catalogue, on real servers. */
@NullMarked
package io.shardjdbc.catalog;

import org.jspecify.annotations.NullMarked;
