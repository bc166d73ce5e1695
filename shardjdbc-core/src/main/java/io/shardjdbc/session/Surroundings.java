package io.shardjdbc.session;

import io.shardjdbc.catalog.SessionTraces;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.map.Bringing;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.moment.Moments;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.session.number.ProcessNumbers;
import io.shardjdbc.transaction.CommitProtocols;
import io.shardjdbc.transaction.Endings;

/**
 * What all sessions of a DataSource share.
 *
 * @param maps says which shards there are
 * @param traces which statements may leave something in the session of a server
 * @param transactions what holds for them unless a session or a transaction says otherwise
 * @param tables as they are declared
 * @param hearing who hears of transactions
 * @param numbers that need no sequence to be asked
 * @param endings of what other sessions, or this one, have decided and are telling
 * @param moments at which all shards agree
 * @param marking of transactions over several shards
 * @param hiding of copies of rows that are moving
 * @param bringing of rows that come to their owner key by key
 * @param lockOrder in which databases are locked one after the other
 */
public record Surroundings(
    ShardNodes nodes,
    CurrentMap maps,
    SessionTraces traces,
    CommitProtocols protocols,
    TransactionSettings transactions,
    RoutingConfiguration tables,
    Hearing hearing,
    ProcessNumbers numbers,
    Endings endings,
    Moments moments,
    Marking marking,
    Hiding hiding,
    Bringing bringing,
    LockOrder lockOrder) {

  /** The same, of which nobody hears. */
  public Surroundings unheard() {
    return new Surroundings(
        nodes,
        maps,
        traces,
        protocols,
        transactions,
        tables,
        Hearing.NOBODY,
        numbers,
        endings,
        moments,
        marking,
        hiding,
        bringing,
        lockOrder);
  }
}
