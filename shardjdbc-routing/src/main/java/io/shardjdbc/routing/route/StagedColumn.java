package io.shardjdbc.routing.route;

/**
 * A column of a stage.
 *
 * @param name quoted
 * @param type as a cast names it, with its collation where that is not the type's own
 */
public record StagedColumn(String name, String type, String collation) {}
