/**
 * Plans SELECT, VALUES and TABLE.
 *
 * <p>Start at {@code SelectPlanner}: one shard, or all shards with a merge ({@code SelectMerge},
 * with {@code GroupMerge}, {@code Sorting} and {@code Limit}), or one server that finishes what the
 * shards have grouped ({@code RegroupPlanner}), sorted ({@code ResortPlanner}) or freed of
 * duplicates ({@code UnionPlanner}), or gathered rows ({@link io.shardjdbc.routing.plan.gather}).
 * {@code Locks} decides about FOR UPDATE.
 */
@NullMarked
package io.shardjdbc.routing.plan.read;

import org.jspecify.annotations.NullMarked;
