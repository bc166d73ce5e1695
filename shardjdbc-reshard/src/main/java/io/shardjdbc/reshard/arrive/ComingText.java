package io.shardjdbc.reshard.arrive;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Positions;
import java.util.List;

/** The texts of the functions that bring rows. */
final class ComingText {

  /** In which values are written as text and read again, whatever a session has set. */
  private static final String FORMATS =
      " SET search_path = pg_catalog, pg_temp SET DateStyle = 'ISO, YMD' SET TimeZone = 'UTC'"
          + " SET IntervalStyle = 'iso_8601' SET extra_float_digits = 3 SET bytea_output = 'hex'"
          + " SET xmloption = 'content' SET lc_monetary = 'C'";

  private ComingText() {}

  static String name(int move, String what) {
    return "shardjdbc.m" + move + "_" + what;
  }

  static String signatureOfGive(int move) {
    return name(move, "give") + "(bigint[])";
  }

  static String signatureOfTake(int move) {
    return name(move, "take") + "(bigint[], int[], bigint[], text[])";
  }

  static String callGive(int move) {
    return "SELECT number, place, content FROM " + name(move, "give") + "(?)";
  }

  static String callTake(int move) {
    return "SELECT " + name(move, "take") + "(?, ?, ?, ?)";
  }

  static String callSum(int move) {
    return "SELECT " + name(move, "sum") + "()";
  }

  /** It runs as who calls it: nobody reads by it what he may not read. */
  static String give(int move, List<ComingTable> tables) {
    StringBuilder text = new StringBuilder("CREATE OR REPLACE FUNCTION ");
    text.append(name(move, "give"))
        .append("(places bigint[]) RETURNS TABLE (number int, place bigint, content text)")
        .append(" LANGUAGE plpgsql STABLE SET row_security = off SET enable_seqscan = off")
        .append(FORMATS)
        .append(" AS $give$\n#variable_conflict use_variable\nBEGIN PERFORM")
        .append(" shardjdbc.require_phase(")
        .append(move)
        .append(", 'gone');");
    for (ComingTable table : tables) {
      text.append(" RETURN QUERY SELECT ")
          .append(table.table().number())
          .append(", ")
          .append(table.position("t."))
          .append(", ")
          .append(ComingTable.row("t.", table.all()))
          .append(" FROM ")
          .append(table.table().sql())
          .append(" t WHERE ")
          .append(table.position("t."))
          .append(" = ANY (places) AND ")
          .append(table.table().placed("t."))
          .append(";");
    }
    return text.append(" END $give$").toString();
  }

  /**
   * It runs as the mover, past triggers and foreign keys, which the rows have passed once; for
   * those who may insert such rows anyway.
   */
  static String take(int move, List<ComingTable> tables) {
    StringBuilder text = new StringBuilder("CREATE OR REPLACE FUNCTION ");
    text.append(name(move, "take"))
        .append("(places bigint[], numbers int[], places_of bigint[], contents text[])")
        .append(" RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER")
        .append(" SET session_replication_role = replica")
        .append(FORMATS)
        .append(" AS $take$\n#variable_conflict use_variable\n")
        .append("DECLARE fresh bigint[]; n bigint; h numeric; all_n bigint := 0;")
        .append(" all_h numeric := 0; BEGIN ");
    for (ComingTable table : tables) {
      String name = table.table().sql().replace("'", "''");
      text.append("IF NOT has_table_privilege(session_user, '")
          .append(name)
          .append("'::regclass, 'INSERT') THEN RAISE EXCEPTION 'no right to insert into %', '")
          .append(name)
          .append("' USING ERRCODE = '42501'; END IF; ");
    }
    text.append("PERFORM FROM shardjdbc.move WHERE id = ")
        .append(move)
        .append(" AND phase = 'owner' FOR SHARE; IF NOT FOUND THEN RAISE EXCEPTION")
        .append(" 'nothing comes here' USING ERRCODE = '")
        .append(ErrorCode.MOVED_ELSEWHERE.sqlState())
        .append("'; END IF; WITH noted AS (INSERT INTO shardjdbc.come AS c (move, place) SELECT ")
        .append(move)
        .append(", p FROM unnest(places) p ORDER BY p ON CONFLICT DO NOTHING RETURNING c.place)")
        .append(" SELECT array_agg(noted.place) INTO fresh FROM noted;")
        .append(" IF fresh IS NULL THEN RETURN 0; END IF; ");
    tables.forEach(table -> take(text, table));
    return text.append("UPDATE shardjdbc.come c SET rows = all_n, hash = all_h WHERE c.move = ")
        .append(move)
        .append(" AND c.place = fresh[1]; RETURN all_n; END $take$")
        .toString();
  }

  private static void take(StringBuilder text, ComingTable table) {
    String sql = table.table().sql();
    text.append("WITH given AS (SELECT u.c::")
        .append(sql)
        .append(" AS r FROM unnest(numbers, places_of, contents) AS u (n, p, c) WHERE u.n = ")
        .append(table.table().number())
        .append(" AND u.p = ANY (fresh)), put AS (INSERT INTO ")
        .append(sql)
        .append(" AS t (")
        .append(ComingTable.list("", table.stored()))
        .append(") OVERRIDING SYSTEM VALUE SELECT ")
        .append(ComingTable.list("(g.r).", table.stored()))
        .append(" FROM given g RETURNING ")
        .append(ComingTable.list("t.", table.stored()))
        .append(") SELECT count(*), ")
        .append(hash("put.", table))
        .append(" INTO n, h FROM put; all_n := all_n + n; all_h := all_h + h; ");
  }

  /** What the source has of all tables. */
  static String sum(int move, List<ComingTable> tables, Positions positions) {
    StringBuilder text = new StringBuilder("CREATE OR REPLACE FUNCTION ");
    text.append(name(move, "sum"))
        .append("() RETURNS text LANGUAGE plpgsql STABLE SET row_security = off")
        .append(FORMATS)
        .append(" AS $sum$\n#variable_conflict use_variable\n")
        .append("DECLARE n bigint; h numeric; all_n bigint := 0; all_h numeric := 0; BEGIN ");
    for (ComingTable table : tables) {
      text.append("SELECT count(*), ")
          .append(hash("t.", table))
          .append(" INTO n, h FROM ")
          .append(table.table().sql())
          .append(" t WHERE ")
          .append(table.table().in("t.", positions))
          .append("; all_n := all_n + n; all_h := all_h + h; ");
    }
    return text.append("RETURN all_n || ' rows, sum ' || all_h; END $sum$").toString();
  }

  private static String hash(String prefix, ComingTable table) {
    return "coalesce(sum(hashtextextended("
        + ComingTable.row(prefix, table.stored())
        + " COLLATE \"C\", "
        + table.table().number()
        + ")), 0)";
  }
}
