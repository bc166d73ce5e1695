package io.shardjdbc.observe;

import io.shardjdbc.routing.ShardId;

/**
 * A server of a shard, as the configuration names it.
 *
 * @param node its name: {@code s0.primary}
 * @param host where it listens
 * @param port where it listens
 * @param database the database's name there
 */
public record Server(ShardId shard, String node, String host, int port, String database) {}
