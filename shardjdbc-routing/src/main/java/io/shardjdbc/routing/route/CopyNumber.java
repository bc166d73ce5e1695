package io.shardjdbc.routing.route;

/**
 * A column that the records of a COPY lack, because a sequence fills it.
 *
 * @param column its name
 * @param type its name in {@code pg_type}
 * @param draw of which sequence it takes a number for each record
 */
public record CopyNumber(String column, String type, Numbering.Draw draw) {}
