package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Plans in words. Constants of the text are not repeated: they may be somebody's data. */
public final class Explanation {

  private Explanation() {}

  static List<String> of(Effect effect, Targets targets, RowPlan.Alternatives ways) {
    Refusal refusal = ways.refusal();
    List<String> lines = new ArrayList<>();
    lines.add(name(effect));
    for (Targets.Target target : targets.sharded()) {
      lines.add("  " + target.table().displayName() + ": " + keys(target));
    }
    targets.fixed().forEach(shard -> lines.add("  on shard " + shard));
    if (targets.isEmpty()) {
      lines.add("  on any shard");
    } else if (targets.isAlwaysOne()) {
      return lines;
    } else if (ways.spread() != null) {
      lines.add("  over several shards: " + ways.spread().description());
    } else if (ways.regrouping() != null || ways.gathering() != null) {
      lines.add("  over several shards: " + withoutMerge(ways));
      if (refusal != null) {
        lines.add("    because of " + refusal.problem());
      }
    } else if (refusal != null) {
      lines.add("  over several shards: refused, " + refusal.message());
    }
    return lines;
  }

  private static String withoutMerge(RowPlan.Alternatives ways) {
    if (ways.regrouping() != null) {
      return ways.regrouping().description();
    }
    return ways.gathering() == null ? "" : ways.gathering().description();
  }

  public static String name(Effect effect) {
    return effect.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String keys(Targets.Target target) {
    List<String> parts = new ArrayList<>();
    List<KeyColumn> key = target.table().key();
    for (int i = 0; i < key.size(); i++) {
      Domain domain = target.domains().get(i);
      if (domain == null) {
        return "every shard";
      }
      parts.add(key.get(i).name() + " " + words(domain));
    }
    return String.join(", ", parts);
  }

  static String words(Domain domain) {
    if (domain instanceof Domain.Terms terms) {
      return terms.terms().size() == 1
          ? "= " + word(terms.terms().get(0))
          : "in (" + listed(terms.terms()) + ")";
    }
    if (domain instanceof Domain.Stored) {
      return "of the rows inserted";
    }
    if (domain instanceof Domain.Elements elements) {
      return "in the elements of " + word(elements.array());
    }
    if (domain instanceof Domain.Range range) {
      return "from "
          + (range.low() == null ? "the least" : word(range.low()))
          + " to "
          + (range.high() == null ? "the greatest" : word(range.high()));
    }
    if (domain instanceof Domain.Both both) {
      return both.parts().stream().map(Explanation::words).collect(Collectors.joining(" and "));
    }
    return ((Domain.Either) domain)
        .branches().stream().map(Explanation::words).collect(Collectors.joining(" or "));
  }

  private static String listed(List<Expr> terms) {
    if (terms.size() > 8) {
      return terms.size() + " values";
    }
    return terms.stream().map(Explanation::word).collect(Collectors.joining(", "));
  }

  private static String word(Expr constant) {
    if (constant instanceof Expr.Parameter parameter) {
      return "$" + parameter.index();
    }
    if (constant instanceof Expr.Cast cast) {
      return word(cast.value());
    }
    return "constant";
  }
}
