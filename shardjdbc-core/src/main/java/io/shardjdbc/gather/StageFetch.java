package io.shardjdbc.gather;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The one question that asks a shard for the rows of all stages that it has a part of.
 *
 * <p>A statement sees its shard at one moment. Were a shard asked for one stage after another, rows
 * that a transaction has changed together would be met before it in one stage and after it in the
 * next, and be joined as they never were. One question has one snapshot, in a transaction of any
 * isolation level, on a primary or a replica. Each row says first which stage it is of; what a
 * stage's rows lack in columns is NULL.
 */
final class StageFetch {

  private final List<Stage> stages;
  private final int callers;

  /**
   * @param callers how many values the caller's statement takes
   */
  StageFetch(List<Stage> stages, int callers) {
    this.stages = stages;
    this.callers = callers;
  }

  /** Whether no shard is asked for more than one stage, so that each stage may be asked alone. */
  boolean isOneForEach() {
    Set<ShardId> seen = new LinkedHashSet<>();
    for (Stage stage : stages) {
      for (ShardStatement fetch : stage.fetches()) {
        if (!seen.add(fetch.shard())) {
          return false;
        }
      }
    }
    return true;
  }

  /** One statement for each shard; the first column of its rows is the stage's number. */
  List<ShardStatement> together() {
    int width = stages.stream().mapToInt(stage -> stage.columns().size()).max().orElse(0);
    Map<ShardId, StringJoiner> texts = new LinkedHashMap<>();
    Map<ShardId, List<Integer>> parameters = new LinkedHashMap<>();
    order().forEach(shard -> texts.put(shard, new StringJoiner("\nUNION ALL ")));
    for (int number = 0; number < stages.size(); number++) {
      Stage stage = stages.get(number);
      String missing = ", NULL::pg_catalog.text".repeat(width - stage.columns().size());
      for (ShardStatement fetch : stage.fetches()) {
        StringJoiner text = texts.computeIfAbsent(fetch.shard(), s -> new StringJoiner(""));
        text.add("SELECT " + number + ", rows.*" + missing + " FROM (" + fetch.sql() + "\n) rows");
        List<Integer> bound = parameters.computeIfAbsent(fetch.shard(), s -> new ArrayList<>());
        for (int marker = 1; marker <= fetch.parameterCount(callers); marker++) {
          bound.add(fetch.parameter(marker));
        }
      }
    }
    List<ShardStatement> all = new ArrayList<>();
    texts.forEach(
        (shard, text) ->
            all.add(
                ShardStatement.rewritten(
                    shard, text.toString(), parameters.getOrDefault(shard, List.of()))));
    return all;
  }

  /** The shards in their fixed order, in which each stage has its own. */
  private Set<ShardId> order() {
    Set<ShardId> order = new LinkedHashSet<>();
    stages.stream()
        .sorted(Comparator.comparingInt((Stage stage) -> stage.fetches().size()).reversed())
        .forEach(stage -> stage.fetches().forEach(fetch -> order.add(fetch.shard())));
    return order;
  }
}
