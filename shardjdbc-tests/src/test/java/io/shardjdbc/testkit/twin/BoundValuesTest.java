package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A row is looked for, changed and stored by what the server makes of a bound value, whichever
 * setter bound it, and whatever the driver and the server turn it into.
 *
 * <p>Of all values in all setters, as all types of key, one of 24 is drawn by a seed, with a form
 * of statement for each; {@code -Dshardjdbc.values.seed=N} draws others, {@code
 * -Dshardjdbc.values.share=1} all, {@code -Dshardjdbc.values.forms=N} several forms for each.
 */
class BoundValuesTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final long SEED = Long.getLong("shardjdbc.values.seed", 1);
  private static final int SHARE = Integer.getInteger("shardjdbc.values.share", 24);
  private static final int FORMS = Integer.getInteger("shardjdbc.values.forms", 1);

  private static final List<String> TYPES =
      List.of("bigint", "int", "smallint", "text", "varchar(6)", "uuid");

  private static final List<String> SCALAR_FORMS =
      List.of(
          "SELECT n FROM %1$s WHERE k = ?",
          "SELECT n FROM %1$s WHERE k IN (?, %2$s)",
          "SELECT n FROM %1$s WHERE k IN (%2$s, ?, ?)",
          "SELECT n FROM %1$s WHERE k = ANY (ARRAY[?, %2$s])",
          "SELECT n FROM %1$s WHERE k = ?::%3$s",
          "SELECT n FROM %1$s WHERE k = ?::numeric",
          "SELECT n FROM %1$s WHERE k BETWEEN ? AND ?",
          "SELECT n FROM %1$s WHERE k = ? OR k = %2$s",
          "UPDATE %1$s SET n = n + 100 WHERE k = ?",
          "DELETE FROM %1$s WHERE k = ? AND n > 5",
          "INSERT INTO %1$s (k, n) VALUES (?, 1)",
          "INSERT INTO %1$s (k, n) VALUES (%2$s, 2), (?, 3)",
          "INSERT INTO %1$s (n, k) VALUES (4, ?::%3$s)",
          "INSERT INTO %1$s (k, n) SELECT ?, 6");

  private static final List<String> ARRAY_FORMS =
      List.of(
          "SELECT n FROM %1$s WHERE k = ANY (?)",
          "SELECT n FROM %1$s WHERE k = ANY (?::%3$s[])",
          "UPDATE %1$s SET n = n + 100 WHERE k = ANY (?)",
          "DELETE FROM %1$s WHERE k = ANY (?) AND n > 5",
          "INSERT INTO %1$s (k, n) SELECT u, 7 FROM unnest(?::%3$s[]) u");

  private static TwinDatabase twin;

  private final TreeMap<String, Integer> refused = new TreeMap<>();
  private final List<String> different = new ArrayList<>();
  private final Random random = new Random(SEED);
  private int asked;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            tables -> TYPES.forEach(type -> tables.sharded(table(type), "k")));
    for (String type : TYPES) {
      twin.execute("CREATE TABLE %s (k %s, n int)".formatted(table(type), type));
      for (String key : keys(type)) {
        twin.execute(
            "INSERT INTO %s VALUES (%s, %d)".formatted(table(type), key, key.length() % 9));
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    twin.close();
  }

  private static String table(String type) {
    return "by_" + type.replaceAll("\\W.*", "");
  }

  private static List<String> keys(String type) {
    return switch (type) {
      case "bigint" ->
          List.of(
              "-1",
              "0",
              "1",
              "3",
              "4",
              "5",
              "6",
              "7",
              "9",
              "10",
              "65541",
              "16777216",
              "16777217",
              "1234567",
              "1234570",
              "4294967301",
              "9007199254740992",
              "9007199254740993",
              "1234567890123457",
              "1234567890123460",
              "9223372036854775807",
              "-9223372036854775808");
      case "int" ->
          List.of(
              "-1", "0", "1", "3", "4", "5", "6", "7", "9", "10", "65541", "16777216", "16777217");
      case "smallint" -> List.of("-1", "0", "1", "3", "4", "5", "6", "7", "9", "10");
      case "uuid" -> List.of("'" + BoundValues.ID + "'", "'00000000-0000-0000-0000-000000000005'");
      default ->
          List.of(
              "'5'", "'7'", "' 5 '", "'5.0'", "'abc'", "'abc '", "'abc  '", "'true'", "'t'", "'1'",
              "'a'", "''", "'5.7'", "'NULL'", "'a,b'", "'{}'");
    };
  }

  private void tryAll(List<Parameter> parameters, List<String> forms) throws SQLException {
    for (String type : TYPES) {
      String known = keys(type).get(keys(type).size() / 2);
      for (Parameter parameter : parameters) {
        for (int i = 0; i < FORMS; i++) {
          if (random.nextInt(SHARE) != 0) {
            continue;
          }
          String form = forms.get(random.nextInt(forms.size()));
          String sql = form.formatted(table(type), known, type);
          int markers = sql.length() - sql.replace("?", "").length();
          verify(Trial.of(sql, markers == 1 ? one(parameter) : two(parameter)));
        }
      }
    }
    report();
  }

  private static Object[] one(Parameter parameter) {
    return new Object[] {parameter};
  }

  private static Object[] two(Parameter parameter) {
    return new Object[] {parameter, parameter};
  }

  private void verify(Trial trial) throws SQLException {
    Verdict outcome;
    try {
      outcome = twin.verify(trial);
    } catch (IndexOutOfBoundsException e) {
      return; // the driver's own parser of dates fails so, before anything is asked
    }
    asked++;
    if (outcome instanceof Verdict.Different wrong) {
      different.add(wrong.description());
    } else if (outcome instanceof Verdict.Refused refusal && !refusal.failsOnOne()) {
      refused.merge(refusal.code(), 1, Integer::sum);
      if (Boolean.getBoolean("shardjdbc.values.show")) {
        System.out.println(refusal.message() + " <- " + trial);
      }
    }
  }

  private void report() {
    System.out.println(
        "bound values: " + asked + " statements, seed " + SEED + ", refused " + refused);
    assertThat(different).isEmpty();
    assertThat(refused.values().stream().mapToInt(n -> n).sum()).isLessThan(asked / 20);
  }

  @Test
  void everySetterMeansToTheRouterWhatItMeansToTheServer() throws SQLException {
    tryAll(BoundValues.scalars(), SCALAR_FORMS);
  }

  @Test
  void everyArrayMeansToTheRouterWhatItMeansToTheServer() throws SQLException {
    tryAll(BoundValues.arrays(), ARRAY_FORMS);
  }

  @LongRun
  @Test
  void limitsAndOffsetsAreWhatTheServerMakesOfThem() throws SQLException {
    for (Parameter parameter : BoundValues.scalars()) {
      if (random.nextInt(SHARE) != 0 || parameter.description().startsWith("setNull")) {
        continue; // an OFFSET is left out of what shards are sent, and with it the type of a NULL
      }
      verify(Trial.of("SELECT k FROM by_int ORDER BY k LIMIT ?", parameter));
      verify(Trial.of("SELECT k FROM by_int ORDER BY k LIMIT 3 OFFSET ?", parameter));
      verify(Trial.of("SELECT k FROM by_int ORDER BY k LIMIT ? OFFSET ?", parameter, parameter));
    }
    report();
  }
}
