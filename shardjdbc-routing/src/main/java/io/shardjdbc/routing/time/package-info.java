/**
 * Dates and times as PostgreSQL writes them, and reads them whatever the session's settings say.
 *
 * <p>One class, {@link io.shardjdbc.routing.time.IsoTexts}: the few spellings that mean the same
 * under every {@code DateStyle} and {@code TimeZone}.
 */
@NullMarked
package io.shardjdbc.routing.time;

import org.jspecify.annotations.NullMarked;
