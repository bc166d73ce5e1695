package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Planner;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which writes to copies say that they depend on nothing that others write. */
class OfValuesTest {

  private final Planner planner = Instagram.router();

  private boolean isOfValues(String sql) {
    DirectRoute route = planner.route(sql, List.of()).direct();
    assertThat(route).isNotNull();
    assertThat(route.isAlikeOnAll()).isTrue();
    return route.merge().ofValues();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO countries VALUES ('de', 'Germany', 83)",
        "insert into \"countries\" (name, code) values ('SELECT', 'CONFLICT'), ('b', 'TABLE')",
        "/* it * is / SELECT */ -- ON CONFLICT\n INSERT INTO countries VALUES ('x', $$TABLE$$, 1)",
        "INSERT INTO countries (code, population) VALUES ('x', 1 + 2) RETURNING upper(code)",
      })
  void rowsThatAreGivenDo(String sql) {
    assertThat(isOfValues(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO countries VALUES ('x', 'y', 1) ON CONFLICT DO NOTHING",
        "INSERT INTO countries VALUES ('x', 'y', (SELECT max(population) FROM countries))",
        "INSERT INTO countries VALUES ('x', 'y', 1) RETURNING (SELECT count(*) FROM countries)",
        "INSERT INTO countries TABLE countries",
        "INSERT INTO countries SELECT code || '2', name, population FROM countries",
        "UPDATE countries SET population = 1",
        "DELETE FROM countries WHERE code = 'x'",
      })
  void othersDoNot(String sql) {
    assertThat(isOfValues(sql)).isFalse();
  }
}
