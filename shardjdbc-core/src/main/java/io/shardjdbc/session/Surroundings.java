package io.shardjdbc.session;

import io.shardjdbc.catalog.SessionTraces;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.transaction.CommitProtocols;
import io.shardjdbc.transaction.Endings;

/**
 * What all sessions of a DataSource share.
 *
 * @param maps says which shards there are
 * @param traces which statements may leave something in the session of a server
 * @param mode of transactions, unless the session or the transaction has one of its own
 * @param isolationOverShards whether each shard may show a snapshot of its own
 * @param tables as they are declared
 * @param hearing who hears of transactions
 * @param endings of what other sessions, or this one, have decided and are telling
 */
public record Surroundings(
    ShardNodes nodes,
    CurrentMap maps,
    SessionTraces traces,
    CommitProtocols protocols,
    TransactionMode mode,
    boolean isolationOverShards,
    RoutingConfiguration tables,
    Hearing hearing,
    Endings endings) {}
