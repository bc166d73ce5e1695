package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.gather.GatherPlanner;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Gathering;
import io.shardjdbc.routing.plan.result.Staged;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An UPDATE, DELETE or MERGE that needs rows of other shards: these rows are fetched once, and each
 * shard carries the statement out over its own rows of the target.
 *
 * <p>Why that is the same: what becomes of a row of the target depends on that row and on the other
 * tables alone. Each row is on one shard (or on all of them, of a copied table), and every shard is
 * given the same, complete rows of the other tables, but for those of which it is proved that only
 * rows with the target's own key matter. What could turn out differently on two shards is refused
 * ({@link Calls}). A MERGE that inserts rows of its source is not of this kind: each shard would
 * insert them.
 */
final class StagedWrite implements Detour {

  private final List<Gathering.StagePlan> stages;
  private final Template overArrays;
  private final TableVariable target;
  private final Targets targets;
  private final List<List<String>> written;

  private StagedWrite(
      List<Gathering.StagePlan> stages,
      Template overArrays,
      TableVariable target,
      Targets targets,
      List<List<String>> written) {
    this.stages = stages;
    this.overArrays = overArrays;
    this.target = target;
    this.targets = targets;
    this.written = written;
  }

  /** Refused where it is not proved to be the same. */
  static Found<Detour> plan(
      Tables tables,
      ParsedSql parsed,
      Statement statement,
      TableVariable target,
      Analysis analysis,
      Uses uses) {
    Objections against = new Objections();
    if (analysis.writesInside()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
    }
    if (analysis.locks()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "FOR UPDATE or FOR SHARE");
    }
    if (uses.unknown() != null) {
      against.add(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    if (!(target.table() instanceof Table.Single)) {
      against.add(Calls.volatileOnce(statement, tables.catalog()));
      against.add(Calls.choices(statement));
      if (analysis.rowOrder() != null) {
        against.add(ErrorCode.WRITE_NOT_MERGEABLE, analysis.rowOrder());
      }
    }
    Refusal closed = against.first();
    return closed != null
        ? Found.refused(closed)
        : new GatherPlanner(tables, parsed, analysis, uses)
            .staged(statement, inPlace(target, analysis))
            .map(staged -> of(parsed, statement, target, analysis, staged));
  }

  private static Detour of(
      ParsedSql parsed,
      Statement statement,
      TableVariable target,
      Analysis analysis,
      Staged staged) {
    List<Edit> edits = new ArrayList<>(staged.edits());
    if (!staged.stages().isEmpty()) {
      int start = statement.span().start();
      edits.add(Gathering.commonTables(with(statement), start, staged.stages()));
    }
    return new StagedWrite(
        staged.stages(),
        Template.edited(parsed, edits),
        target,
        Targets.of(List.of(target), analysis.facts(), List.of()),
        WrittenTables.of(statement));
  }

  /** The WITH of a write. */
  static Query.@Nullable With with(Statement statement) {
    if (statement instanceof Update update) {
      return update.with();
    }
    if (statement instanceof Delete delete) {
      return delete.with();
    }
    return statement instanceof Insert insert
        ? insert.with()
        : ((io.shardjdbc.routing.sql.MergeInto) statement).with();
  }

  /** Tables that every shard of the target has all that matters of. */
  private static Predicate<TableVariable> inPlace(TableVariable target, Analysis analysis) {
    return table -> {
      if (table == target) {
        return true;
      }
      if (table.table() instanceof Table.Reference) {
        return table.node().sample() == null; // of which each shard would draw its own
      }
      if (target.table() instanceof Table.Single home) {
        return table.table() instanceof Table.Single single && single.shard().equals(home.shard());
      }
      return target.table() instanceof Table.Sharded
          && new Colocation(analysis, List.of(target, table)).prove(new Anchors(List.of(target)))
              != null;
    };
  }

  @Override
  public Route route(Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map) {
    Targets.Found found = targets.find(values, map);
    List<ShardId> where = new ArrayList<>();
    for (ShardId shard : map.shards()) {
      if (target.table() instanceof Table.Reference || found.shards().contains(shard)) {
        where.add(shard);
      }
    }
    if (where.isEmpty()) {
      where.add(map.first());
    }
    List<ShardStatement> statements = where.stream().map(overArrays::on).toList();
    Merge merge =
        target.table() instanceof Table.Reference
            ? new Merge.SameOnAll(true)
            : new Merge.SumOfCounts();
    KeyHashes keys = target.table() instanceof Table.Sharded ? found.hashes() : KeyHashes.any();
    DirectRoute write =
        statements.size() == 1
            ? new OneShard(effect, statements.get(0), keys, primary, null, written)
            : new ManyShards(effect, statements, merge, keys, primary, written);
    return new Broadcast(Gathering.fetched(stages, values, map), write);
  }

  @Override
  public String description() {
    return "each shard over its own rows, with fetched rows of " + Gathering.words(stages);
  }
}
