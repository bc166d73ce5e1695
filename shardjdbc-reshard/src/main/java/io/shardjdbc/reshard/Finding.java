package io.shardjdbc.reshard;

/**
 * Something that a look ahead has found.
 *
 * @param blocks whether the move is refused because of it
 * @param what in words that name shards, tables and columns, never values
 */
public record Finding(boolean blocks, String what) {}
