/**
 * Which physical connections a logical one holds, and the state replayed on them.
 *
 * <p>A {@link io.shardjdbc.session.Session} is the inside of a logical connection. It takes a
 * physical connection when a statement needs its shard, counts who uses it, and gives it back when
 * nobody does and no transaction is open. What the caller sets on the session is kept in a {@link
 * io.shardjdbc.session.SessionState} and put on each physical connection that differs from it.
 */
@NullMarked
package io.shardjdbc.session;

import org.jspecify.annotations.NullMarked;
