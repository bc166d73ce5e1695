package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.code.CallText;
import io.shardjdbc.routing.plan.code.CodeCheck;
import io.shardjdbc.routing.plan.code.NumberedByCode;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.KeyValues;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.Where;
import io.shardjdbc.routing.plan.result.WritingPlan;
import io.shardjdbc.routing.plan.write.Reactions;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans a statement that a hint or a sharding key pins to one shard.
 *
 * <p>The pin says where, whatever the statement says, and asks for that shard's part. It is no
 * leave to misplace rows: {@link PinnedWrites} looks at what the text writes, {@link CodeCheck} at
 * what functions, triggers and rules do. The keys of a statement are then any: it may touch every
 * row of its shard.
 */
final class PinPlanner {

  /** Plans a statement of a text as if it were not pinned. */
  interface Unpinned {
    Plan plan(ParsedSql text, Statement statement);
  }

  private final Tables tables;
  private final CodeCheck code;
  private final Unpinned unpinned;

  PinPlanner(Tables tables, CodeCheck code, Unpinned unpinned) {
    this.tables = tables;
    this.code = code;
    this.unpinned = unpinned;
  }

  Plan plan(ParsedSql parsed, Hint hint) {
    Statement statement = parsed.statement();
    ShardId named = hint.shard();
    Where where = named != null ? Home.at(named) : homeOfKey(statement, hint);
    ShardId shard = where.in(tables.map());
    boolean reads = statement instanceof SelectStatement && !CodeCheck.writes(statement, tables);
    Effect effect = reads ? Effect.READ_ON_PRIMARY : Effect.WRITE;
    Plan plan = new FixedPlan(parsed, effect, hint, where, shard, KeyHashes.any());
    return hint.repair() || tables.isAlone() ? plan : checked(plan, where, shard, parsed);
  }

  private Plan checked(Plan plan, Where where, ShardId shard, ParsedSql parsed) {
    String verb = parsed.statement() instanceof Utility utility ? utility.verb() : "";
    List<ParsedSql> parts =
        switch (verb) {
          case "do" -> RoutineBody.ofDo(parsed.sql()).statements();
          case "call" -> List.of(CallText.asQuery(parsed.sql()));
          default -> List.of(parsed);
        };
    PinnedWrites writes = new PinnedWrites(tables, where, shard);
    for (ParsedSql part : parts) {
      Reactions.refuseKeyChanges(part.statement(), tables);
      code.checkPinned(part.statement(), shard);
      if (verb.equals("do")) {
        NumberedByCode.requireHome(part.statement(), tables, shard);
      }
      writes.collect(part.statement(), inner -> unpinned.plan(part, inner));
    }
    writes.addRows(code.writtenRows());
    if (verb.equals("prepare") && hasParameter(parsed.statement())) {
      writes.requireNone(); // what EXECUTE gives it comes later, and past all checks
    }
    Plan checked = writes.over(plan);
    return code.mayWriteOtherKeys() ? new WritingPlan(checked) : checked;
  }

  private static boolean hasParameter(Node node) {
    return node instanceof Expr.Parameter || node.anyChild(PinPlanner::hasParameter);
  }

  private Where homeOfKey(Statement statement, Hint hint) {
    List<FromItem.Table> mentioned = new ArrayList<>();
    TextPlanner.collect(statement, mentioned);
    for (FromItem.Table node : mentioned) {
      Optional<Table> table = tables.configuration().table(Tables.local(node.name()));
      if (table.isPresent() && table.get() instanceof Table.Sharded sharded) {
        TableVariable variable = tables.variable(0, node).orThrow();
        Key key =
            sharded.key().size() == 1
                ? KeyValues.compared(hint.key(), variable.keyType(0)).key()
                : null;
        if (key == null) {
          throw new RoutingException(ErrorCode.BAD_HINT, "its key is not one of the table's");
        }
        return map -> map.placement(variable.placement()).shardOf(key);
      }
    }
    return sharedHome(hint);
  }

  /** Where rows of a key lie of all sharded tables, for a statement that names none. */
  private Where sharedHome(Hint hint) {
    Map<String, Key> keys = new LinkedHashMap<>();
    for (Table table : tables.configuration().tables().values()) {
      if (table instanceof Table.Sharded sharded && sharded.key().size() == 1) {
        Optional<KeyType> type =
            tables
                .catalog()
                .table(sharded.name())
                .flatMap(shape -> shape.column(sharded.key().get(0).name()))
                .flatMap(column -> KeyType.named(column.type()))
                .or(() -> sharded.key().get(0).type());
        Key key = type.isPresent() ? KeyValues.compared(hint.key(), type).key() : null;
        if (key != null) {
          keys.put(tables.placementOf(sharded), key);
        }
      }
    }
    Where where = map -> shared(keys, map);
    where.in(tables.map());
    return where;
  }

  private static ShardId shared(Map<String, Key> keys, ShardMap map) {
    Set<ShardId> homes = new LinkedHashSet<>();
    keys.forEach((placement, key) -> homes.add(map.placement(placement).shardOf(key)));
    if (homes.size() != 1) {
      throw new RoutingException(
          ErrorCode.BAD_HINT, "key= needs a sharded table in the statement, or one placement");
    }
    return homes.iterator().next();
  }
}
