package io.shardjdbc.jdbc;

import io.shardjdbc.catalog.ConstraintRules;
import io.shardjdbc.dispatch.Dispatcher;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.map.MapNews;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.session.Session;
import io.shardjdbc.session.Surroundings;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all connections of a DataSource share.
 *
 * @param routerOf a router for a session whose transaction has changed the schema
 * @param constraints which constraints hold on each shard only
 * @param shardOfKey where the tables' common placement puts a key by a map, for JDBC's sharding
 *     keys
 * @param hearing who hears of statements
 * @param schemaChanged to be run after each statement that changed the schema
 * @param mapNews who learns that the map has changed
 * @param code what users have added to the servers' own functions
 */
public record Environment(
    Planner router,
    TimedPlanning planning,
    Function<Session, Planner> routerOf,
    Dispatcher dispatcher,
    ConstraintRules constraints,
    Surroundings surroundings,
    BiFunction<Key, ShardMap, ShardId> shardOfKey,
    Hearing hearing,
    Runnable schemaChanged,
    MapNews mapNews,
    Supplier<UserCode> code) {

  /** The same, of which nobody hears. */
  public Environment unheard() {
    return new Environment(
        router,
        planning,
        routerOf,
        dispatcher,
        constraints,
        surroundings.unheard(),
        shardOfKey,
        Hearing.NOBODY,
        schemaChanged,
        mapNews,
        code);
  }
}
