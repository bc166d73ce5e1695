package io.shardjdbc.copy;

/**
 * A number that becomes a field of a record.
 *
 * @param type of its column, as {@code pg_type} names it
 */
record CopyField(long number, String type) {}
