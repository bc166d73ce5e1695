package io.shardjdbc.replication;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries causal tokens where there is no request to carry them: in the headers of messages, as
 * Kafka has them, and in the baggage of traces.
 *
 * <pre>{@code
 * CausalHeaders.put(connection.unwrap(ShardConnection.class).causalToken(), record.headers()::add);
 *
 * CausalToken seen = CausalHeaders.from(name -> {
 *   Header header = record.headers().lastHeader(name);
 *   return header == null ? null : header.value();
 * });
 * }</pre>
 *
 * <p>A token that cannot be read, or carried, is an error and never left out: who reads without it
 * could see the past. Thread-safe, for it keeps nothing.
 */
public final class CausalHeaders {

  /** The name of the header, the same for messages and requests. */
  public static final String NAME = "X-Causal-Token";

  /** The key of the entry in baggage. */
  public static final String BAGGAGE_KEY = "causal-token";

  /** How long the baggage of a request may be, by W3C's recommendation; more may get lost. */
  private static final int MOST_BAGGAGE = 8192;

  private CausalHeaders() {}

  /** Adds the token to the headers of a message, unless it asks for nothing. */
  public static void put(CausalToken token, BiConsumer<String, byte[]> headers) {
    if (!token.isEmpty()) {
      headers.accept(NAME, token.encode().getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * The token in the headers of a message; {@link CausalToken#NONE} if there is none.
   *
   * @param headers gives the value of a name, null where there is none
   * @throws IllegalArgumentException if the header holds something else
   */
  public static CausalToken from(Function<String, byte @Nullable []> headers) {
    byte[] value = headers.apply(NAME);
    return value == null
        ? CausalToken.NONE
        : CausalToken.parse(new String(value, StandardCharsets.ISO_8859_1));
  }

  /**
   * A {@code baggage} header with the token, which covers also the token that it had.
   *
   * @param baggage the header so far; null for none
   * @throws IllegalArgumentException if it would be longer than others have to take it, which a
   *     header of its own may be, or holds something else in the place of the token
   */
  public static String inBaggage(@Nullable String baggage, CausalToken token) {
    List<String> entries = new ArrayList<>();
    for (String entry : entries(baggage)) {
      if (!isToken(entry)) {
        entries.add(entry);
      }
    }
    CausalToken both = ofBaggage(baggage).merge(token);
    if (!both.isEmpty()) {
      entries.add(BAGGAGE_KEY + "=" + both.encode());
    }
    String all = String.join(",", entries);
    if (all.length() > MOST_BAGGAGE) {
      throw new IllegalArgumentException(
          "the causal token does not fit into baggage of " + MOST_BAGGAGE + " bytes");
    }
    return all;
  }

  /**
   * The token in a {@code baggage} header; {@link CausalToken#NONE} if there is none.
   *
   * @throws IllegalArgumentException if the entry holds something else
   */
  public static CausalToken ofBaggage(@Nullable String baggage) {
    CausalToken all = CausalToken.NONE;
    for (String entry : entries(baggage)) {
      if (isToken(entry)) {
        String value = entry.substring(entry.indexOf('=') + 1);
        int properties = value.indexOf(';');
        all =
            all.merge(
                CausalToken.parse(
                    (properties < 0 ? value : value.substring(0, properties)).strip()));
      }
    }
    return all;
  }

  private static List<String> entries(@Nullable String baggage) {
    return baggage == null || baggage.isBlank()
        ? List.of()
        : List.of(baggage.split(",")).stream().map(String::strip).toList();
  }

  private static boolean isToken(String entry) {
    int equals = entry.indexOf('=');
    return equals > 0 && entry.substring(0, equals).strip().equals(BAGGAGE_KEY);
  }
}
