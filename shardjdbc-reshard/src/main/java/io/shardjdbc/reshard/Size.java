package io.shardjdbc.reshard;

/**
 * How much moves, about: by the server's own estimates.
 *
 * @param rows of all tables
 * @param bytes with indexes
 */
public record Size(long rows, long bytes) {}
