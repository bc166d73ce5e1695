package io.shardjdbc.routing.sql.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutineBodyTest {

  @Test
  void everyStatementAndExpressionOfPlpgsqlIsRead() {
    RoutineBody body =
        RoutineBody.ofPlpgsql(
            """
            #variable_conflict use_column
            <<outer>>
            DECLARE
              n int := (SELECT count(*) FROM a1);
              m CONSTANT bigint DEFAULT 5;
              other ALIAS FOR $1;
              c CURSOR (k int) FOR SELECT * FROM a2 WHERE x = k;
              r a2%ROWTYPE;
            BEGIN
              NEW.updated_at := now();
              r.x = 5; arr[1 + 1] := 7;
              IF n > 3 AND CASE WHEN n = 1 THEN true ELSE false END THEN
                PERFORM f1(n);
              ELSIF EXISTS (SELECT 1 FROM a3) THEN
                INSERT INTO a4 (x) VALUES (1) RETURNING x INTO STRICT n;
              ELSE
                UPDATE a5 SET x = CASE WHEN y THEN 1 ELSE 2 END WHERE z = n;
              END IF;
              CASE n WHEN 1 THEN DELETE FROM a6; WHEN 2 THEN NULL; ELSE RAISE NOTICE 'x %', f2(n); END CASE;
              FOR i IN REVERSE 10..f3(1) BY 2 LOOP
                SELECT a, b INTO r.x, arr[2] FROM a7 WHERE a = i;
              END LOOP outer;
              FOR r IN SELECT * FROM a8 FOR UPDATE LOOP
                EXIT outer WHEN r.x > 3;
                CONTINUE;
              END LOOP;
              FOREACH n SLICE 1 IN ARRAY f4() LOOP NULL; END LOOP;
              WHILE n < 3 LOOP n := n + 1; END LOOP;
              OPEN c (5); FETCH c INTO r; CLOSE c;
              OPEN d FOR SELECT * FROM a9;
              GET DIAGNOSTICS n = ROW_COUNT;
              CALL p1(n);
              EXECUTE 'SELECT x FROM a10 WHERE y = $1' INTO n USING f5(1);
              ASSERT n > 0, 'no';
              BEGIN
                RETURN QUERY SELECT * FROM a11;
                RETURN NEXT r;
              EXCEPTION WHEN unique_violation OR others THEN
                RAISE EXCEPTION USING ERRCODE = '22012', MESSAGE = f6('a;b');
              END;
              RETURN coalesce(n, 1);
            END outer;
            """);
    assertNull(body.opaque());
    String all = String.join("\n", body.statements().stream().map(ParsedSql::sql).toList());
    for (int i = 1; i <= 11; i++) {
      assertEquals(true, all.contains("a" + i), "a" + i + " in:\n" + all);
    }
    for (int i = 1; i <= 6; i++) {
      assertEquals(true, all.contains("f" + i + "("), "f" + i + " in:\n" + all);
    }
    assertEquals(true, all.contains("p1("), all);
  }

  @Test
  void whatComputesAPlaceIsRead() {
    String body =
        "DECLARE c SCROLL CURSOR FOR SELECT 1; BEGIN a[f1()] := f2(); r.a[1:f3()] = 4; OPEN c;"
            + " FETCH ABSOLUTE f4() FROM c INTO x; FETCH f5() + 1 IN c INTO x; MOVE FORWARD (SELECT"
            + " n FROM f6) FROM c; FETCH ALL FROM c INTO x; MOVE FORWARD ALL IN c; FETCH NEXT FROM"
            + " c INTO x; FETCH c INTO x; END";
    String all = String.join("\n", texts(RoutineBody.ofPlpgsql(body)));
    for (int i = 1; i <= 6; i++) {
      assertEquals(true, all.contains("f" + i), "f" + i + " in:\n" + all);
    }
  }

  @Test
  void aTextThatIsMadeAtRunTimeAndAnUnreadBodyAreOpaque() {
    assertNotNull(RoutineBody.ofPlpgsql("BEGIN EXECUTE format('SELECT %I', x); END").opaque());
    assertNotNull(
        RoutineBody.ofPlpgsql("BEGIN FOR r IN EXECUTE q USING 1 LOOP NULL; END LOOP; END")
            .opaque());
    assertNotNull(RoutineBody.ofPlpgsql("BEGIN RETURN QUERY EXECUTE q; END").opaque());
    assertNotNull(RoutineBody.ofPlpgsql("BEGIN SELCT 1; END").opaque());
    assertNotNull(RoutineBody.ofSql("SELECT '").opaque());
  }

  @Test
  void bodiesInSqlAreStatementsOrOneResult() {
    assertEquals(
        List.of("SELECT 1", "DELETE FROM a WHERE x = $1"),
        texts(RoutineBody.ofSql("SELECT 1; DELETE FROM a WHERE x = $1;")));
    assertEquals(List.of("SELECT (x + 1)"), texts(RoutineBody.ofSql("RETURN (x + 1)")));
    assertEquals(
        List.of("SELECT a.x FROM a", "SELECT 1"),
        texts(RoutineBody.ofSql("BEGIN ATOMIC\n SELECT a.x FROM a;\n RETURN 1;\nEND")));
  }

  @Test
  void actionsAndConditionsOfRulesAreRead() {
    assertEquals(
        List.of("SELECT (new.k > 1)", "INSERT INTO log (k) VALUES (new.k)"),
        texts(
            RoutineBody.ofRule(
                "CREATE RULE r AS ON INSERT TO t WHERE (new.k > 1) DO INSERT INTO log (k) VALUES"
                    + " (new.k);")));
    assertEquals(
        List.of("DELETE FROM a", "SELECT 1"),
        texts(
            RoutineBody.ofRule(
                "CREATE RULE r AS ON UPDATE TO t DO INSTEAD ( DELETE FROM a; SELECT 1; );")));
    assertEquals(
        List.of(),
        texts(RoutineBody.ofRule("CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING;")));
  }

  @Test
  void whatATriggerGivesTheNewRowIsKnown() {
    assertEquals(Set.of("k"), given("NEW.k := 1; RETURN NEW;"));
    assertEquals(Set.of("k", "m"), given("IF x THEN NEW.k = 1; END IF; new.m = 2; RETURN NEW;"));
    assertEquals(Set.of("k"), given("SELECT a, NEW.v INTO STRICT x, NEW.k FROM t; RETURN NEW;"));
    assertEquals(Set.of("k"), given("GET DIAGNOSTICS NEW.k = ROW_COUNT; RETURN NEW;"));
    assertEquals(Set.of("*"), given("NEW := populate(NEW); RETURN NEW;"));
    assertEquals(Set.of("*"), given("SELECT * INTO NEW FROM t; RETURN NEW;"));
    assertEquals(Set.of("*"), given("r := NEW; r.k := 1; RETURN r;"));
    assertEquals(Set.of("*"), given("RETURN ROW(NEW.v, NEW.v);"));
    assertEquals(Set.of("*"), given("RETURN (7, 'x');"));
    assertEquals(Set.of("k"), given("NEW.k := coalesce(NEW.k, 0) + 1000; RETURN NEW;"));
    for (String kept :
        List.of(
            "RETURN NEW;",
            "RETURN NULL;",
            "RETURN coalesce(NEW, OLD);",
            "IF NEW.k = 1 THEN RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END IF;",
            "NEW.k := OLD.k; RETURN NEW;",
            "NEW.k := coalesce(NEW.k, gen_random_uuid()); RETURN NEW;",
            "IF NEW.k IS NULL THEN NEW.k := gen_random_uuid(); END IF; RETURN NEW;",
            "INSERT INTO log VALUES (NEW.k, NEW.v); x := NEW.k; RETURN NEW;",
            "SELECT NEW.k INTO x; INSERT INTO log SELECT NEW.k; RETURN OLD;")) {
      assertEquals(Set.of(), given(kept), kept);
    }
  }

  @Test
  void namesThatDoNotStandForOneValueAreKnown() {
    assertEquals(Set.of("k"), changed("BEGIN k := 1; IF k = 2 THEN RETURN k; END IF; END"));
    assertEquals(Set.of("f", "k"), changed("BEGIN f.k = 1; END"));
    assertEquals(Set.of("a", "k"), changed("BEGIN SELECT x, y INTO STRICT a[1], k FROM t; END"));
    assertEquals(Set.of("r"), changed("BEGIN FOR r IN SELECT k FROM t LOOP NULL; END LOOP; END"));
    assertEquals(Set.of("a", "k"), changed("DECLARE a ALIAS FOR k; BEGIN NULL; END"));
    assertEquals(
        Set.of("c", "k"), changed("DECLARE c CURSOR (k) FOR SELECT 1 FROM t; BEGIN NULL; END"));
    assertEquals(Set.of("$1"), changed("BEGIN $1 := 2; END"));
    assertEquals(Set.of("$1", "$2"), changed("BEGIN EXECUTE 'SELECT $1, $2' USING k, m; END"));
    assertEquals(Set.of("p", "k"), changed("BEGIN CALL p(k); END"));
    assertEquals(Set.of("*"), changed("#variable_conflict use_variable\nBEGIN RETURN k; END"));
    assertEquals(Set.of(), changed("BEGIN UPDATE t SET v = k WHERE id = k; RETURN k = 1; END"));
    assertEquals(Set.of(), changed("BEGIN INSERT INTO t (k) VALUES (k); PERFORM f(k); END"));
  }

  private static Set<String> changed(String body) {
    return RoutineBody.ofPlpgsql(body).changed();
  }

  private static Set<String> given(String statements) {
    return RoutineBody.ofPlpgsql("BEGIN " + statements + " END").given();
  }

  private static List<String> texts(RoutineBody body) {
    assertNull(body.opaque());
    return body.statements().stream().map(ParsedSql::sql).toList();
  }
}
