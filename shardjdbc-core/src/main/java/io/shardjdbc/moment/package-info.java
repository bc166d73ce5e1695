/**
 * One moment at which all shards are looked at.
 *
 * <p>{@link io.shardjdbc.moment.Moments} explains how it is found and what it promises. It has
 * every shard that may decide keep still for the time of a few exchanges, by a connection of its
 * own to each ({@link io.shardjdbc.moment.Hold}), and lets those that ask for a moment take their
 * snapshots meanwhile ({@link io.shardjdbc.moment.Sight}).
 */
@NullMarked
package io.shardjdbc.moment;

import org.jspecify.annotations.NullMarked;
