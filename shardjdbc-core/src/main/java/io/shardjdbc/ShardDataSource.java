package io.shardjdbc;

/** Placeholder of the first commit's shape. */
public interface ShardDataSource {}
