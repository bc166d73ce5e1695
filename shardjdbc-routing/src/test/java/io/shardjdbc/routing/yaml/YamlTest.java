package io.shardjdbc.routing.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlTest {
  private static final EnvironmentLookup ENVIRONMENT =
      name ->
          Optional.ofNullable(Map.of("HOST", "db0", "SIZE", "12", "TRICKY", "a${HOST}b").get(name));

  @Test
  void valuesKnowTheirLineAndPath() {
    YamlMap map =
        read(
            """
            a:
              b:
                - c
                - d: e
            """);
    YamlNode d = map.require("a").map().require("b").list().get(1).map().require("d");
    assertThat(d.path()).isEqualTo("a.b[1].d");
    assertThat(d.line()).isEqualTo(4);
    assertThat(map.require("a").line()).isEqualTo(1);
    assertThat(d).hasToString("line 4: a.b[1].d");
  }

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "1s, PT1S", "30 s, PT30S", "2m, PT2M", "1h, PT1H", "0s, PT0S"})
  void lengthsOfTimeHaveUnits(String written, Duration meant) {
    assertThat(read("a: " + written).require("a").duration()).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"512B, 512", "1kB, 1024", "2KB, 2048", "64MB, 67108864", "1 GB, 1073741824"})
  void sizesHaveUnitsOf1024(String written, long meant) {
    assertThat(read("a: " + written).require("a").bytes()).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"30", "1 fortnight", "-1s", "1.5s", "s", "''", "999999999999999999h", "[1s]"})
  void otherLengthsOfTimeAreRefused(String written) {
    assertThatThrownBy(() -> read("a: " + written).require("a").duration())
        .isInstanceOf(RoutingException.class)
        .hasMessageStartingWith("SJ0101: configuration: line 1: a ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "64mb", "64 Mb", "999999999999999999GB", "many"})
  void otherSizesAreRefused(String written) {
    assertThatThrownBy(() -> read("a: " + written).require("a").bytes())
        .hasMessageContaining("line 1: a must be a size with its unit, such as 512kB, 64MB or 1GB");
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "'${HOST}:5432/${SIZE}', db0:5432/12",
    "'${NONE:-fallback}', fallback",
    "'${NONE:-}x', x",
    "'${HOST:-fallback}', db0",
    "'$${HOST}', ${HOST}",
    "'${TRICKY}', a${HOST}b",
    "'cost: $5', cost: $5",
  })
  void variablesAreFilledIn(String written, String meant) {
    assertThat(read("a: \"" + written + "\"").require("a").text()).isEqualTo(meant);
  }

  @Test
  void numbersMayComeFromTheEnvironment() {
    assertThat(read("a: ${SIZE}").require("a").integer(1)).isEqualTo(12);
  }

  @Test
  void aVariableIsLookedUpOnlyWhenItsValueIsRead() {
    YamlMap map = read("a: ${NONE}\nb: ${HOST}");
    assertThat(map.require("b").text()).isEqualTo("db0");
    assertThatThrownBy(() -> map.require("a").text())
        .hasMessageContaining("line 1: a needs the environment variable NONE, which is not set");
  }

  @Test
  void textIsTakenAsWritten() {
    assertThat(read("a: 007").require("a").text()).isEqualTo("007");
    assertThat(read("a: no").require("a").text()).isEqualTo("no");
    assertThat(read("a: 'true'").require("a").text()).isEqualTo("true");
  }

  @Test
  void anAliasIsTheValueOfItsAnchor() {
    YamlMap map = read("a: &x {b: c}\nd: *x");
    assertThat(map.require("d").map().require("b").text()).isEqualTo("c");
  }

  @Test
  void everyFaultSaysWhereAndWhy() {
    refuses("", map -> map, "it is empty");
    refuses("- a", map -> map, "line 1: must be a map");
    refuses("a: 1\nb: 2\na: 3", map -> map, "line 3: a is given twice, first in line 1");
    refuses("[a]: 1", map -> map, "line 1: has a key that is not a single value");
    refuses("a:", map -> map.require("a").text(), "line 1: a has no value");
    refuses("a: ''", map -> map.require("a").text(), "line 1: a has no value");
    refuses("a: [b]", map -> map.require("a").text(), "line 1: a must be a single value");
    refuses("x: 1\na: b", map -> map.require("a").list(), "line 2: a must be a list");
    refuses("a: b", map -> map.require("a").map(), "line 1: a must be a map");
    refuses("a: ten", map -> map.require("a").integer(0), "line 1: a must be a whole number");
    refuses("a: 0", map -> map.require("a").integer(1), "line 1: a must be at least 1");
    refuses("a: 2147483648", map -> map.require("a").integer(1), "must be at most 2147483647");
    refuses("a: yes", map -> map.require("a").flag(), "line 1: a must be false or true");
    refuses("a: 1", map -> map.require("b"), "line 1: the file lacks b");
    refuses("a: {b: 1}", map -> map.require("a").map().require("c"), "line 1: a lacks c");
    refuses("a: ${", map -> map.require("a").text(), "line 1: a has a ${ that is not ${NAME}");
    refuses("a: !!java.net.URL [x]", map -> map, "line 1: a has a tag; only plain YAML is read");
    refuses("a: !x y", map -> map, "line 1: a has a tag; only plain YAML is read");
  }

  @Test
  void unknownKeysAreRefusedWithTheNearestOne() {
    refuses(
        "pool:\n  maximumsize: 3",
        map -> map.require("pool").map().only("maximumSize", "connectionTimeout"),
        "line 2: pool.maximumsize is not known here; did you mean maximumSize?");
    refuses(
        "tabels: {}",
        map -> map.only("tables", "shards"),
        "tabels is not known here; did you mean tables?");
    refuses(
        "zebra: {}",
        map -> map.only("tables", "shards"),
        "line 1: zebra is not known here; known: shards, tables");
  }

  @Test
  void wordsAreRefusedWithTheNearestOne() {
    refuses(
        "a: refused",
        map -> map.require("a").choice(Map.of("allow", 1, "refuse", 2)),
        "line 1: a must be allow or refuse; did you mean refuse?");
  }

  @Test
  void whatIsNotYamlIsRefusedWithItsLine() {
    refuses("a: 1\nb: [1, 2\nc: 3", map -> map, "line 3: ");
    refuses("a: 1\n  b: 2", map -> map, "line 2: ");
    refuses("a: *nowhere", map -> map, "line 1: found undefined alias nowhere");
    refuses("a: 1\n---\nb: 2", map -> map, "line 2: ");
    refuses("a: \"\\q\"", map -> map, "line 1: ");
  }

  @Test
  void textThatWouldExhaustTheReaderIsRefused() {
    refuses("a: \u0001", map -> map, "it has characters that YAML does not allow");
    refuses("a: " + "[".repeat(50_000), map -> map, "line 1: nested more than 32 deep");
    refuses(
        "a: '" + "x".repeat(2 << 20) + "'", map -> map, "it is longer than a million characters");
    refuses("a: &a [x]\nb: [" + "*a, ".repeat(60) + "]", map -> map, "or more than 50 aliases");
  }

  @Test
  void noFaultShowsTheFilesText() {
    assertThatThrownBy(() -> read("password: hunter2\n\tx: [hunter2"))
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> read("password: [hunter2]").require("password").text())
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> read("size: hunter2").require("size").integer(1))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path directory) throws IOException {
    assertThatThrownBy(() -> Yaml.read(directory.resolve("none.yaml"), ENVIRONMENT))
        .hasMessageContaining("there is no file ")
        .hasMessageContaining("none.yaml");
    assertThatThrownBy(() -> Yaml.read(directory, ENVIRONMENT))
        .hasMessageContaining("cannot be read");
    Path latin1 =
        Files.write(directory.resolve("latin1.yaml"), "a: ü".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Yaml.read(latin1, ENVIRONMENT)).hasMessageContaining("is not UTF-8");
  }

  private static YamlMap read(String text) {
    return Yaml.read(text, ENVIRONMENT);
  }

  private static void refuses(String text, Function<YamlMap, Object> reading, String reason) {
    assertThatThrownBy(() -> reading.apply(read(text)))
        .isInstanceOf(RoutingException.class)
        .hasMessageStartingWith("SJ0101: configuration: ")
        .hasMessageContaining(reason)
        .hasMessageEndingWith("; correct the configuration")
        .hasMessageNotContaining("\n")
        .extracting(e -> ((RoutingException) e).code())
        .isEqualTo(ErrorCode.BAD_CONFIGURATION);
  }
}
