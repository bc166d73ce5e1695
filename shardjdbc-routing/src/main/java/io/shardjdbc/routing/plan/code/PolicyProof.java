package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import io.shardjdbc.routing.catalog.UserCode.Attachment;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.UnreadTables;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.sql.CopyRows;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the condition of a row security policy is the same on each shard as on one server.
 *
 * <p>The policy is taken for what it is: a condition on all rows of its table. If the rows of the
 * other tables that it reads are proved to lie where the row lies that it judges, each shard may
 * apply it for itself.
 */
final class PolicyProof {

  private final Tables tables;
  private final Reaches reaches;

  PolicyProof(Tables tables, Reaches reaches) {
    this.tables = tables;
    this.reaches = reaches;
  }

  /** Why the policy of a table looks at more than the shard has, in words; null if it does not. */
  @Nullable String beyond(List<String> table, Attached policy) {
    CopyRows rows;
    try {
      rows = CopyRows.out(table, SqlParser.expression(policy.text().orElse("true")));
    } catch (SqlSyntaxException e) {
      return "is not understood";
    }
    Mentions mentions = Mentions.of(rows);
    for (Called called : reaches.called(mentions, null)) {
      if (called.reach().touchesTables()) {
        return "calls function " + called.routine().name() + ", which may read tables";
      }
    }
    Set<List<String>> others = new LinkedHashSet<>(mentions.reads());
    others.remove(table);
    String other = spread(table, others);
    return other == null || eachForItself(rows) ? null : "reads " + other;
  }

  /** Whether a policy of these tables calls what may write. */
  boolean mayWrite(Set<List<String>> read) {
    return reaches.code().isAttached()
        && read.stream()
            .flatMap(name -> tables.catalog().attached(name).stream())
            .anyMatch(each -> each.kind() == Attachment.POLICY && mayWrite(each));
  }

  private boolean mayWrite(Attached policy) {
    try {
      Mentions mentions = Mentions.of(SqlParser.expression(policy.text().orElse("true")));
      return reaches.called(mentions, null).stream().anyMatch(reaches::mayWrite);
    } catch (SqlSyntaxException e) {
      return true; // of which nobody knows
    }
  }

  /** A table of which the shards that have the policy's rows may not have all; null if none. */
  private @Nullable String spread(List<String> table, Set<List<String>> others) {
    Set<ShardId> homes = new LinkedHashSet<>();
    tables.behind(table).stream()
        .filter(Table.Single.class::isInstance)
        .forEach(single -> homes.add(((Table.Single) single).shard()));
    for (List<String> name : others) {
      for (Table other : tables.behind(name)) {
        boolean here =
            other instanceof Table.Reference
                || (other instanceof Table.Single single
                    && (Tables.isSystem(name)
                        || (homes.size() == 1 && homes.contains(single.shard()))));
        if (!here) {
          return Identifiers.display(name);
        }
      }
    }
    return null;
  }

  private boolean eachForItself(CopyRows rows) {
    return Trial.of(() -> isColocated(rows)).fold(answer -> answer, why -> false);
  }

  private boolean isColocated(CopyRows rows) {
    Analyzer analyzer = new Analyzer(tables);
    TableVariable target = new WriteAnalysis(analyzer, CommonTables.none()).analyse(rows).target();
    UnreadTables.add(analyzer, rows);
    Analysis analysis = analyzer.analysis();
    Expr condition = rows.where();
    return analysis.refusal() == null
        && analysis.obstacles().isEmpty()
        && analysis.rowOrder() == null
        && !analysis.locks()
        && !analysis.writesInside()
        && Uses.of(analysis, tables.catalog()).fold(u -> u.unknown() == null, why -> false)
        && condition != null
        && SystemColumns.shownIn(condition) == null
        && Calls.volatileOnce(condition, tables.catalog()) == null
        && new Colocation(analysis).prove(new Anchors(List.of(target))) != null;
  }
}
