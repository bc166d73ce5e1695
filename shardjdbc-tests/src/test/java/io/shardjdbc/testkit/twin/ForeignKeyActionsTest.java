package io.shardjdbc.testkit.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What foreign keys do to rows that refer to others, where a shard key is among what they set. */
class ForeignKeyActionsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static TwinDatabase twin;

  @BeforeAll
  static void open() throws SQLException {
    twin =
        TwinDatabase.on(
            cluster.cluster(),
            cluster.database(),
            t ->
                t.reference("towns")
                    .reference("owners")
                    .reference("people")
                    .reference("renters")
                    .sharded("flats", "code")
                    .sharded("pets", "owner")
                    .sharded("visits", "day"));
    for (String sql :
        List.of(
            "CREATE TABLE towns (town int PRIMARY KEY, name text)",
            "CREATE TABLE owners (owner text PRIMARY KEY, name text, tag int UNIQUE,"
                + " town int REFERENCES towns ON DELETE CASCADE ON UPDATE CASCADE)",
            "CREATE TABLE pets (owner text REFERENCES owners ON UPDATE CASCADE ON DELETE SET NULL,"
                + " pet text)",
            "CREATE TABLE visits (day int,"
                + " tag int REFERENCES owners (tag) ON UPDATE CASCADE ON DELETE CASCADE)",
            "CREATE TABLE people (id int, name text, code text)",
            "CREATE TABLE renters (code text PRIMARY KEY, rent int) INHERITS (people)",
            "CREATE TABLE flats (code text REFERENCES renters ON UPDATE CASCADE, flat int)",
            "INSERT INTO renters VALUES (1, 'Al', 'a', 5), (2, 'Bea', 'b', 6), (3, 'Cyd', 'c', 7)",
            "INSERT INTO flats VALUES ('a', 1), ('b', 2), ('c', 3)",
            "INSERT INTO towns VALUES (1, 'A'), (2, 'B'), (3, 'C')",
            "INSERT INTO owners VALUES ('a', 'Ann', 1, 2), ('b', 'Bo', 2, 2), ('c', 'Cy', 3, 3)",
            "INSERT INTO pets VALUES ('a', 'cat'), ('b', 'dog'), ('b', 'cow'), ('c', 'hen')",
            "INSERT INTO visits VALUES (1, 1), (2, 1), (3, 2), (4, 3), (5, 2), (6, 3)")) {
      twin.execute(sql);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    twin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE owners SET owner = owner || 'x'",
        "UPDATE owners SET (name, owner) = ('D', 'd') WHERE owner = 'c'",
        "DELETE FROM owners WHERE owner = 'c'",
        "DELETE FROM towns WHERE town = 2",
        "INSERT INTO owners VALUES ('c', 'Cy') ON CONFLICT (owner) DO UPDATE SET owner = 'd'",
        "MERGE INTO owners o USING towns t ON t.town = o.town WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM owners RETURNING 1) SELECT count(*) FROM gone"
      })
  void aWriteThatWouldChangeShardKeysIsRefused(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql)))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused ->
                assertThat(refused.message())
                    .startsWith("SJ0334")
                    .contains("shard key owner of public.pets"));
  }

  @Test
  void aForeignKeyThatRefersToAChildCountsForItsParent() throws SQLException {
    assertThat(twin.verify(Trial.plain("UPDATE people SET code = code || 'x'")))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.message()).startsWith("SJ0334").contains("public.flats"));
    assertThat(twin.verify(Trial.plain("UPDATE people SET name = upper(name)")))
        .isEqualTo(new Verdict.Equal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE owners SET name = upper(name)",
        "UPDATE owners SET owner = owner, name = 'Di' WHERE owner = 'a'",
        "UPDATE owners SET tag = tag + 10",
        "UPDATE towns SET town = town + 10",
        "INSERT INTO owners VALUES ('c', 'Cy') ON CONFLICT (owner) DO UPDATE SET name = 'Ed'",
        "DELETE FROM pets WHERE owner = 'a'"
      })
  void otherWritesDoWhatOnePostgresDoes(String sql) throws SQLException {
    assertThat(twin.verify(Trial.plain(sql))).isEqualTo(new Verdict.Equal());
  }
}
