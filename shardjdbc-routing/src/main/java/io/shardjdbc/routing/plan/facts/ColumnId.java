package io.shardjdbc.routing.plan.facts;

/**
 * A column of one range variable of one statement.
 *
 * @param variable the variable's number
 * @param column the column's name as the variable shows it
 */
public record ColumnId(int variable, String column) {}
