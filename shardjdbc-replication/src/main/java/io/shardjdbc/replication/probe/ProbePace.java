package io.shardjdbc.replication.probe;

/**
 * How often nodes are asked, all in nanoseconds but the time-out.
 *
 * @param interval between rounds while the shard is used
 * @param idleInterval between rounds while it is not
 * @param idleAfter how long without use makes it idle
 * @param timeoutMillis how long an answer is waited for
 */
public record ProbePace(long interval, long idleInterval, long idleAfter, int timeoutMillis) {}
