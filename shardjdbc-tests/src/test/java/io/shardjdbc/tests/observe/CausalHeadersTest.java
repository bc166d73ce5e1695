package io.shardjdbc.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.shardjdbc.replication.CausalHeaders;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.replication.Lsn;
import io.shardjdbc.replication.WalPosition;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens in the headers of messages, and in baggage as OpenTelemetry writes and reads it. */
class CausalHeadersTest {

  private static final CausalToken ONE = CausalToken.of("s0", new WalPosition(1, new Lsn(77)));
  private static final CausalToken OTHER = CausalToken.of("s_1", new WalPosition(2, new Lsn(5)));

  private static CausalToken sent(CausalToken token) {
    Map<String, byte[]> headers = new HashMap<>();
    CausalHeaders.put(token, headers::put);
    return CausalHeaders.from(headers::get);
  }

  @Test
  void aMessageCarriesWhatWasWritten() {
    assertThat(sent(ONE.merge(OTHER))).isEqualTo(ONE.merge(OTHER));
    assertThat(sent(CausalToken.NONE)).isEqualTo(CausalToken.NONE);
    assertThatThrownBy(
            () -> CausalHeaders.from(name -> "nonsense".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void baggageKeepsItsOtherEntriesAndTheTokenGrows() {
    String baggage = CausalHeaders.inBaggage("user=7;ttl=3, region=eu", ONE);
    assertThat(baggage).startsWith("user=7;ttl=3,region=eu,causal-token=c1~");
    String more = CausalHeaders.inBaggage(baggage, OTHER);
    assertThat(more).containsOnlyOnce("causal-token=").contains("user=7;ttl=3", "region=eu");
    assertThat(CausalHeaders.ofBaggage(more)).isEqualTo(ONE.merge(OTHER));
    assertThat(CausalHeaders.ofBaggage(null)).isEqualTo(CausalToken.NONE);
    assertThat(CausalHeaders.inBaggage(null, CausalToken.NONE)).isEmpty();
    assertThatThrownBy(() -> CausalHeaders.ofBaggage("causal-token=nonsense"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CausalHeaders.inBaggage("a=" + "b".repeat(8190), ONE))
        .hasMessageContaining("8192");
  }

  @Test
  void openTelemetryReadsAndWritesTheSame() {
    Map<String, String> carrier = new HashMap<>();
    Baggage written =
        Baggage.builder().put(CausalHeaders.BAGGAGE_KEY, ONE.encode()).put("user", "7").build();
    W3CBaggagePropagator.getInstance()
        .inject(Context.root().with(written), carrier, (map, key, value) -> map.put(key, value));
    assertThat(CausalHeaders.ofBaggage(carrier.get("baggage"))).isEqualTo(ONE);

    carrier.put("baggage", CausalHeaders.inBaggage(carrier.get("baggage"), OTHER));
    Baggage read =
        Baggage.fromContext(
            W3CBaggagePropagator.getInstance().extract(Context.root(), carrier, new Values()));
    assertThat(read.getEntryValue("user")).isEqualTo("7");
    assertThat(CausalToken.parse(String.valueOf(read.getEntryValue(CausalHeaders.BAGGAGE_KEY))))
        .isEqualTo(ONE.merge(OTHER));
  }

  private static final class Values implements TextMapGetter<Map<String, String>> {
    @Override
    @SuppressWarnings("deprecation") // which has to be there
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
      return carrier == null ? null : carrier.get(key);
    }
  }
}
