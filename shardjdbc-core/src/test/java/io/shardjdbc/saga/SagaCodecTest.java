package io.shardjdbc.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Records as the states of sagas. */
class SagaCodecTest {

  private record Order(long customer, String article, boolean paid) {}

  private static final SagaCodec<Order> ORDERS =
      SagaCodec.mapping(
          order ->
              SagaState.of("customer", order.customer())
                  .with("article", order.article())
                  .with("paid", order.paid()),
          state ->
              new Order(
                  state.getLong("customer"),
                  state.getString("article"),
                  state.has("paid") && state.getBoolean("paid")));

  private static final Order ORDER = new Order(7, "a \"book\"", false);

  @Test
  void aRecordIsWrittenAsFlatJsonAndReadAgain() {
    assertThat(ORDERS.encode(ORDER))
        .isEqualTo("{\"customer\":7,\"article\":\"a \\\"book\\\"\",\"paid\":false}");
    assertThat(ORDERS.decode(ORDERS.encode(ORDER))).isEqualTo(ORDER);
  }

  @Test
  void whatAnOlderReleaseWroteIsReadAsTheFunctionSays() {
    assertThat(ORDERS.decode("{\"article\":\"x\",\"customer\":8}"))
        .isEqualTo(new Order(8, "x", false));
    assertThatThrownBy(() -> ORDERS.decode("{\"article\":1,\"customer\":8}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no String of name article");
    assertThatThrownBy(() -> ORDERS.decode("{\"article\":\"x\"}"))
        .hasMessageContaining("no Long of name customer");
    assertThatThrownBy(() -> ORDERS.decode("{\"customer\":{}}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatParallelStepsChangedIsPutTogetherUnlessTheyContradictEachOther() {
    Order paid = new Order(7, ORDER.article(), true);
    Order other = new Order(7, "a pen", false);
    assertThat(ORDERS.merge(ORDER, List.of(paid, ORDER, other)))
        .isEqualTo(new Order(7, "a pen", true));
    assertThatThrownBy(() -> ORDERS.merge(ORDER, List.of(other, new Order(7, "a cup", false))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two parallel steps changed article");
  }

  @Test
  void aCodecThatDoesNotMergeTakesOneChangeAtMost() {
    SagaCodec<String> plain =
        new SagaCodec<>() {
          @Override
          public String encode(String state) {
            return "{\"it\":\"" + state + "\"}";
          }

          @Override
          public String decode(String json) {
            return SagaState.CODEC.decode(json).getString("it");
          }
        };
    assertThat(plain.merge("a", List.of("a", "b"))).isEqualTo("b");
    assertThat(plain.merge("a", List.of("a", "a"))).isEqualTo("a");
    assertThatThrownBy(() -> plain.merge("a", List.of("b", "b")))
        .hasMessageContaining("its codec does not merge");
  }
}
