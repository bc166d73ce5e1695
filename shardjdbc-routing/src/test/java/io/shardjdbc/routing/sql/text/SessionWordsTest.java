package io.shardjdbc.routing.sql.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionWordsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN PERFORM set_config('a.b', 'c', false); END",
        "BEGIN /* a /* b */ c */ SET a.b = 'c'; END",
        "BEGIN -- x\n SET ROLE other; END",
        "BEGIN IF x THEN SET LOCAL a.b = 1; END IF; END",
        "BEGIN FOR r IN UPDATE t SET a = 1 RETURNING a LOOP SET a.b = 1; END LOOP; END",
        "BEGIN <<here>> SET a.b = 1; END",
        "SET search_path = x; SELECT 1",
        "UPDATE t SET a = 1; SET a.b = 2",
        "SELECT \"set_config\"('a.b', 'c', false)",
        "SELECT pg_catalog.U&\"\\0073et_config\"('a.b', 'c', false)",
        "BEGIN EXECUTE 'SELECT 1'; END",
        "BEGIN CREATE TEMP TABLE x (a int); END",
        "SELECT dblink_connect('x')",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "BEGIN DO $x$ BEGIN SET a.b = 'c'; END $x$; END",
        "SELECT 'it''s set for life'",
        "SELECT 'unfinished",
        "SELECT pg_try_advisory_lock(1)",
      })
  void whatMayChangeASessionIsSeen(String source) {
    assertThat(SessionWords.in(source)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t AS x SET a = 1 WHERE b = 2",
        "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = 1",
        "BEGIN /* SET ROLE x; */ UPDATE t SET a = 1; -- reset all\n RETURN NEW; END",
        "BEGIN NEW.at := now(); RETURN NEW; END",
        "SELECT 'a word of a text' || $$another text$$",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1",
        "SELECT pg_advisory_xact_lock(1)",
      })
  void whatChangesRowsAloneIsNot(String source) {
    assertThat(SessionWords.in(source)).isFalse();
  }
}
