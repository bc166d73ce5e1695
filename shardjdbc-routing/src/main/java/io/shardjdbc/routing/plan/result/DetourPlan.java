package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a write for which rows are always fetched first. */
public final class DetourPlan extends StatementPlan {

  private final Detour detour;
  private final Targets read;
  private final CopiedValues copied;

  /**
   * @param subject the table written to
   * @param read the tables it reads
   */
  public DetourPlan(ParsedSql parsed, Hint hint, String subject, Targets read, Detour detour) {
    this(parsed, hint, subject, read, detour, CopiedValues.NONE);
  }

  /**
   * @param copied the values that copies must not read each in its own way
   */
  public DetourPlan(
      ParsedSql parsed,
      Hint hint,
      String subject,
      Targets read,
      Detour detour,
      CopiedValues copied) {
    super(parsed, Effect.WRITE, hint, explanation(subject, detour));
    this.detour = detour;
    this.read = read;
    this.copied = copied;
  }

  private static List<String> explanation(String subject, Detour detour) {
    List<String> lines = new ArrayList<>();
    lines.add(Explanation.name(Effect.WRITE));
    lines.add("  " + subject + ": " + detour.description());
    return lines;
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    copied.check(values);
    RowPlan.checkPolicy(read, values);
    return detour.route(effect(), primary(), values, map);
  }
}
