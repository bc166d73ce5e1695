/**
 * Says something of a text without routing it: which names are in it, whether it may change a
 * session, what it does in a few words, how it reads without its literals.
 */
@NullMarked
package io.shardjdbc.routing.sql.text;

import org.jspecify.annotations.NullMarked;
