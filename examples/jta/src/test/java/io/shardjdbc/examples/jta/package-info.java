/**
 * All shards in one transaction with another server, ended by a JTA transaction manager, Narayana.
 *
 * <p>{@link io.shardjdbc.examples.jta.Shop} has its orders on two shards and its payments on a
 * server of their own; {@link io.shardjdbc.examples.jta.Jta} is what there is to set up. {@link
 * io.shardjdbc.examples.jta.ShopProgram} is the shop in a process that is killed in the middle,
 * {@link io.shardjdbc.examples.jta.Watched} stands between the manager and a resource.
 */
package io.shardjdbc.examples.jta;
