package io.shardjdbc.routing.plan;

/**
 * A column of one range variable of one statement.
 *
 * @param variable the variable's number
 * @param column the column's name as the variable shows it
 */
record ColumnId(int variable, String column) {}
