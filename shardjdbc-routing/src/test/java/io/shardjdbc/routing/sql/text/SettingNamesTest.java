package io.shardjdbc.routing.sql.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "SELECT set_config('app.tenant', $1, false) # app.tenant",
        "SELECT set_config('App.Tenant', $1, false) # app.tenant",
        "SELECT set_config(E'app\\x2etenant', 'a b', true) # app.tenant",
        "BEGIN SET LOCAL app.tenant = '7 7'; SHOW search_path; END # app.tenant search_path",
        "BEGIN SET SESSION \"App\".tenant TO '7 7'; END # app.tenant",
        "SET TIME ZONE 'Asia/Tokyo' # timezone",
        "RESET work_mem # work_mem",
        "EXECUTE format('SET app.tenant = %L', x) # app.tenant",
        "EXECUTE 'SELECT set_config(''app.tenant'', $1, true)' # app.tenant",
        "DO $x$ BEGIN PERFORM current_setting('app.a'); END $x$ # app.a",
        "EXECUTE 'SET app.tenant = ''' || x || '''' # set app.tenant",
        "UPDATE t SET a = 'b c' WHERE d = 'e' # a e",
        "SELECT a.b FROM c.d # ``",
      })
  void whatMayNameASettingIsFound(String text, String names) {
    assertThat(String.join(" ", SettingNames.in(text))).isEqualTo(names);
  }
}
