package io.shardjdbc.session;

import io.shardjdbc.catalog.SessionTraces;
import io.shardjdbc.config.IsolationOverShards;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.moment.Moments;
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
 * @param isolationOverShards what levels above READ COMMITTED may do on a second shard
 * @param snapshotReads whether reads outside of transactions see one moment, unless told otherwise
 * @param tables as they are declared
 * @param hearing who hears of transactions
 * @param snowflakes ids in place of numbers of sequences
 * @param endings of what other sessions, or this one, have decided and are telling
 * @param moments at which all shards agree
 * @param marking of transactions over several shards
 * @param numbers of sequences that were taken in blocks
 * @param hiding of copies of rows that are moving
 */
public record Surroundings(
    ShardNodes nodes,
    CurrentMap maps,
    SessionTraces traces,
    CommitProtocols protocols,
    TransactionMode mode,
    IsolationOverShards isolationOverShards,
    boolean snapshotReads,
    RoutingConfiguration tables,
    Hearing hearing,
    SnowflakeNumbers snowflakes,
    Endings endings,
    Moments moments,
    Marking marking,
    NumberBlocks numbers,
    Hiding hiding) {}
