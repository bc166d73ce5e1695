/**
 * What a failover asks of one server: {@link io.shardjdbc.replication.failover.Ballot} is a session
 * on it that can look, lock and promote; {@link io.shardjdbc.replication.failover.StandbyState} is
 * what it sees. When to do so is decided outside, by {@code FailoverCommand}.
 */
@NullMarked
package io.shardjdbc.replication.failover;

import org.jspecify.annotations.NullMarked;
