package io.shardjdbc.examples.instagram;

import java.util.function.IntFunction;

/**
 * Rows to load into a table.
 *
 * @param insert the statement that inserts one
 * @param count how many there are
 * @param values the values of a row, by its number from 0
 */
record Rows(String table, String insert, int count, IntFunction<Object[]> values) {}
