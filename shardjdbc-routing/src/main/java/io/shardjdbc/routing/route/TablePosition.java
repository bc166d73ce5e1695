package io.shardjdbc.routing.route;

/**
 * Where a key lies among the rows of a table, whoever owns it.
 *
 * @param table its display name in the configuration
 * @param position by PostgreSQL's hash
 */
public record TablePosition(String table, long position) {}
