package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A function's statements are about the key that it is given only where its name means that key.
 */
class NamesOfCodeTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource = Sample.builder(cluster).build();
    Sample.createTables(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  /** A name may mean another value than that of the parameter, or a column. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(k bigint) LANGUAGE plpgsql AS $$ BEGIN k := k + 1; RETURN (ASKED); END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ BEGIN SELECT 5 INTO k; RETURN (ASKED); END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ DECLARE k bigint := 7; BEGIN RETURN (ASKED); END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ DECLARE o ALIAS FOR k; BEGIN o := 9; RETURN (ASKED);"
            + " END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ BEGIN FOR k IN 1..3 LOOP RETURN (ASKED); END LOOP;"
            + " END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ BEGIN GET DIAGNOSTICS k = ROW_COUNT; RETURN (ASKED);"
            + " END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ BEGIN \"k\" = 15; RETURN (SELECT name FROM users WHERE"
            + " user_id = $1); END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN EXECUTE 'SELECT name FROM users"
            + " WHERE user_id = $1' INTO r USING k + 1; RETURN r; END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ DECLARE c CURSOR (k bigint) FOR ASKED; r text; BEGIN"
            + " OPEN c(8); FETCH c INTO r; RETURN r; END $$",
        "(k bigint) LANGUAGE plpgsql AS $$ #variable_conflict use_variable\nDECLARE user_id bigint"
            + " := 6; BEGIN RETURN (ASKED); END $$",
        "(age bigint) LANGUAGE sql AS $$ SELECT name FROM users WHERE user_id = age $$",
        "(k bigint) LANGUAGE sql AS $$ WITH q AS (SELECT 7 AS k) SELECT name FROM users, q WHERE"
            + " user_id = k $$",
        "(k bigint) LANGUAGE sql AS $$ SELECT name FROM users, generate_series(7, 7) k WHERE"
            + " user_id = k $$",
        "(k bigint) LANGUAGE sql AS $$ SELECT name FROM users, (VALUES (7)) v(k) WHERE user_id ="
            + " k $$",
        "(k bigint) LANGUAGE sql AS $$ SELECT name FROM users, (SELECT 7 AS k) renamed WHERE"
            + " user_id = renamed.k $$",
        "(k bigint) LANGUAGE plpgsql AS $$ BEGIN renamed.k := 7; RETURN (SELECT name FROM users"
            + " WHERE user_id = renamed.k); END $$",
        "(k float8) LANGUAGE sql AS $$ SELECT name FROM users WHERE user_id = k::bigint $$"
      })
  void whatIsNotTheKeyThatACallGivesIsNotTakenForIt(String function) throws SQLException {
    String text = function.replace("ASKED", "SELECT name FROM users WHERE user_id = k");
    String create = text.replaceFirst("LANGUAGE", "RETURNS text LANGUAGE");
    Sample.execute(dataSource, "CREATE FUNCTION renamed" + create);
    try {
      for (int user = 1; user <= 3; user++) {
        String call = "SELECT renamed(" + user + ")";
        assertThatThrownBy(() -> Sample.rows(dataSource, call)).hasMessageStartingWith("SJ0345");
      }
    } finally {
      Sample.execute(dataSource, "DROP FUNCTION renamed");
    }
  }

  /**
   * A server says the name of the function before that of the parameter in a body of BEGIN ATOMIC.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(k bigint) RETURNS text BEGIN ATOMIC SELECT name FROM users WHERE user_id = k; END",
        "(user_id bigint) RETURNS text RETURN (SELECT name FROM users WHERE users.user_id ="
            + " named.user_id)",
        "(user_id bigint) RETURNS text LANGUAGE sql AS 'SELECT name FROM users WHERE users.user_id"
            + " = named.user_id'",
        "(k bigint) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT name FROM users WHERE"
            + " user_id = named.k); END'"
      })
  void aParameterIsAlsoNamedBehindItsFunction(String function) throws SQLException {
    Sample.execute(dataSource, "INSERT INTO users SELECT g, 'u' || g FROM generate_series(1, 9) g");
    Sample.execute(dataSource, "CREATE FUNCTION named" + function);
    try {
      for (long user = 1; user <= 9; user++) {
        assertThat(Sample.rows(dataSource, "SELECT named(?)", user)).containsExactly("u" + user);
      }
    } finally {
      Sample.execute(dataSource, "DROP FUNCTION named");
      Sample.execute(dataSource, "DELETE FROM users");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN OLD.user_id := OLD.user_id + 1; INSERT INTO posts (user_id) VALUES (OLD.user_id);"
            + " RETURN NULL; END",
        "BEGIN FOR old IN SELECT * FROM users LOOP INSERT INTO posts (user_id) VALUES"
            + " (OLD.user_id); END LOOP; RETURN NULL; END",
        "DECLARE old users; BEGIN old.age := 9; INSERT INTO posts (user_id) VALUES (OLD.user_id);"
            + " RETURN NULL; END"
      })
  void theOldRowOfATriggerIsNoOther(String body) throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ " + body + " $$");
    Sample.execute(
        dataSource,
        "CREATE TRIGGER gone AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION gone()");
    try {
      assertThatThrownBy(
              () ->
                  Sample.execute(dataSource, "DELETE FROM users WHERE user_id = 1000 AND age > 1"))
          .hasMessageStartingWith("SJ0345");
    } finally {
      Sample.execute(dataSource, "DROP TRIGGER gone ON users");
      Sample.execute(dataSource, "DROP FUNCTION gone");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NEW.user_id := coalesce(NEW.user_id, 0) + 1000; RETURN NEW;",
        "NEW.user_id := coalesce(NEW.user_id, 0) % 10; RETURN NEW;"
      })
  void aKeyThatIsFilledAndChangedIsAnother(String body) throws SQLException {
    Sample.execute(
        dataSource,
        "CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body + " END $$");
    Sample.execute(
        dataSource,
        "CREATE TRIGGER moved BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION moved()");
    try {
      assertThatThrownBy(
              () -> Sample.execute(dataSource, "INSERT INTO users VALUES (1, 'a', 1, now())"))
          .hasMessageStartingWith("SJ0345");
    } finally {
      Sample.execute(dataSource, "DROP TRIGGER moved ON users");
      Sample.execute(dataSource, "DROP FUNCTION moved");
    }
  }
}
