/**
 * The tables of the library's own records: what the module that writes them and the module that
 * moves them both have to know.
 */
@NullMarked
package io.shardjdbc.routing.records;

import org.jspecify.annotations.NullMarked;
