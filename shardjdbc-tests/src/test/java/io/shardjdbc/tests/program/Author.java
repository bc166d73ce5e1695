package io.shardjdbc.tests.program;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.twin.Parameter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Draws programs, each of its seed alone. Immutable. */
final class Author {

  private static final Pattern MARK = Pattern.compile("\\{([a-z]+)\\}");

  /** Keys that are dates, numbers and times, of which each has several spellings. */
  private static final List<String> KEYED_OTHERWISE =
      List.of(
          "SELECT v FROM by_day WHERE d = {d}",
          "SELECT v FROM by_day WHERE d IN ({d}, {d}) ORDER BY v",
          "INSERT INTO by_day VALUES ({d}, {n}) ON CONFLICT (d) DO UPDATE SET v = by_day.v + 1"
              + " RETURNING *",
          "UPDATE by_day SET v = v + 1 WHERE d = {d}",
          "DELETE FROM by_day WHERE d = {d} RETURNING v",
          "SELECT v FROM by_number WHERE n = {m}",
          "SELECT v FROM by_number WHERE n = {r}",
          "SELECT v FROM by_number WHERE n = {n}",
          "SELECT v FROM by_number WHERE n = ANY ({keys}) ORDER BY v",
          "INSERT INTO by_number VALUES ({m}, {n}) ON CONFLICT (n) DO UPDATE SET v = 0 RETURNING *",
          "INSERT INTO by_number VALUES ({n}, {n}) ON CONFLICT (n) DO UPDATE SET v = 0 RETURNING *",
          "UPDATE by_number SET v = v + 1 WHERE n = {r}",
          "SELECT v FROM by_time WHERE t = {at}",
          "SELECT v FROM by_time WHERE t = {d}",
          "INSERT INTO by_time VALUES ({at}, {n}) ON CONFLICT (t) DO UPDATE SET v = 0 RETURNING v",
          "DELETE FROM by_time WHERE t = {at}",
          "SELECT d.v, t.v FROM by_day d JOIN by_time t ON t.t::date = d.d ORDER BY 1");

  private static final List<List<String>> FURTHER =
      List.of(
          FurtherTemplates.VIEWS,
          FurtherTemplates.TYPES,
          FurtherTemplates.BLOCKS,
          FurtherTemplates.NUMBERS);

  private final Draw draw;
  private final Values values;
  private final Controls controls;
  private final Uses uses;
  private final MoreUses more;
  private final FurtherUses further;
  private final XaUses branches;
  private final Getters getters;
  private final Groups groups;
  private final long seed;
  private final int length;
  private final boolean defines;
  private final boolean sets;

  Author(long seed, int length) {
    this.seed = seed;
    this.length = length;
    this.draw = new Draw(seed);
    this.values = new Values(draw);
    this.controls = new Controls(draw);
    this.uses = new Uses(draw, this);
    this.more = new MoreUses(draw, this);
    this.further = new FurtherUses(draw);
    this.branches = new XaUses(draw, this);
    this.getters = new Getters(draw);
    this.groups = new Groups(draw);
    this.sets = draw.chance(15);
    this.defines = draw.chance(12); // whatever changes the schema makes the library ask anew
  }

  Program program() {
    int sessions = draw.between(2, 4);
    TransactionMode mode =
        draw.chance(75) ? TransactionMode.TWO_PHASE : TransactionMode.SINGLE_SHARD;
    List<Step> steps = new ArrayList<>();
    int count = draw.between(8, length);
    int session = 0;
    for (int i = 0; i < count; i++) {
      if (!draw.chance(70)) {
        session = draw.below(sessions);
      }
      steps.add(step(session));
    }
    return new Program(seed, sessions, mode, steps);
  }

  private Step step(int session) {
    if (sets && draw.chance(45)) {
      return statement(session, SettingTemplates.ALL);
    }
    int dice = draw.below(defines ? 100 : 96);
    if (dice < 60 && draw.chance(25)) {
      return statement(session, draw.chance(40) ? ShapeTemplates.READS : ShapeTemplates.WRITES);
    }
    if (dice < 60 && draw.chance(15)) {
      return statement(session, draw.pick(FURTHER));
    }
    if (dice < 22) {
      return controls.step(session);
    } else if (dice < 30) {
      return use(session);
    } else if (dice < 42) {
      return read(session);
    } else if (dice < 64) {
      return statement(session, Templates.WRITES);
    } else if (dice < 72) {
      return statement(session, Templates.NUMBERS);
    } else if (dice < 81) {
      return statement(session, Templates.CODE);
    } else if (dice < 93) {
      return statement(session, Templates.SETTINGS);
    } else if (dice < 96) {
      return statement(session, Templates.LOCKS);
    }
    return statement(session, Templates.DEFINITIONS);
  }

  private Step use(int session) {
    int dice = draw.below(100);
    if (dice < 33) {
      return uses.step(session);
    } else if (dice < 66) {
      return more.step(session);
    }
    return dice < 92 ? further.step(session) : branches.step(session);
  }

  private Step read(int session) {
    int kind = draw.below(100);
    if (kind < 30) {
      return getters.step(session);
    } else if (kind < 55) {
      return statement(session, List.of(groups.query()));
    }
    return statement(session, kind < 62 ? KEYED_OTHERWISE : Templates.READS);
  }

  /** A statement's text and what is bound to it. */
  record Text(String sql, List<Parameter> parameters) {}

  /** Puts values into a template: bound, but for some, or all as literals. */
  Text text(String template, boolean plain) {
    StringBuilder sql = new StringBuilder();
    List<Parameter> parameters = new ArrayList<>();
    Matcher mark = MARK.matcher(template);
    int from = 0;
    while (mark.find()) {
      sql.append(template, from, mark.start());
      Value value = values.of(mark.group(1));
      if (plain || draw.chance(15)) {
        sql.append(value.literal());
      } else {
        sql.append('?');
        parameters.add(value.parameter());
      }
      from = mark.end();
    }
    sql.append(template.substring(from));
    return new Text(sql.toString(), parameters);
  }

  private Step statement(int session, List<String> templates) {
    String template = draw.pick(templates);
    boolean ordered = template.contains("ORDER BY");
    boolean plain = draw.chance(35);
    Text drawn = text(template, plain);
    String text = drawn.sql();
    List<Parameter> parameters = drawn.parameters();
    int fetchSize = draw.chance(10) ? draw.between(1, 3) : 0;
    String shown =
        text
            + (parameters.isEmpty() ? "" : " -- " + parameters)
            + (plain ? " (plain)" : "")
            + (fetchSize > 0 ? " (fetch size " + fetchSize + ")" : "");
    return new Step(
        session,
        shown,
        ordered,
        plain
            ? (s, seen) -> plain(s, seen, text, fetchSize)
            : (s, seen) -> prepared(s, seen, text, parameters, fetchSize));
  }

  private static void plain(Session session, Seen seen, String sql, int fetchSize)
      throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      statement.setFetchSize(fetchSize);
      answer(statement, statement.execute(sql), seen);
    }
  }

  private static void prepared(
      Session session, Seen seen, String sql, List<Parameter> parameters, int fetchSize)
      throws SQLException {
    PreparedStatement statement = session.prepared(sql);
    statement.setFetchSize(fetchSize);
    int index = 1;
    for (Parameter parameter : parameters) {
      parameter.binding().bind(statement, index++);
    }
    answer(statement, statement.execute(), seen);
  }

  static void answer(Statement statement, boolean rows, Seen seen) throws SQLException {
    if (rows) {
      seen.rows(statement.getResultSet());
    } else {
      seen.add("count " + statement.getUpdateCount());
    }
    seen.notices(statement.getWarnings());
    statement.clearWarnings();
  }
}
