package io.shardjdbc.replication.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageHeadersTest {
  private static final long PAGE = 8192;
  private static final long SEGMENT = 1 << 20;
  private final PageHeaders headers = new PageHeaders(PAGE, SEGMENT);

  @Test
  void thePlaceBehindAnOrdinaryPagesHeaderIsThePagesStart() {
    assertThat(headers.lastEnd(5 * PAGE + 24)).isEqualTo(5 * PAGE);
  }

  @Test
  void thePlaceBehindTheHeaderOfASegmentsFirstPageIsTheSegmentsStart() {
    assertThat(headers.lastEnd(3 * SEGMENT + 40)).isEqualTo(3 * SEGMENT);
  }

  @Test
  void aRecordMayEnd40BytesIntoAnOrdinaryPage() {
    assertThat(headers.lastEnd(5 * PAGE + 40)).isEqualTo(5 * PAGE + 40);
  }

  @Test
  void everyOtherPlaceIsItself() {
    for (long inPage = 48; inPage < PAGE; inPage += 8) {
      assertThat(headers.lastEnd(7 * PAGE + inPage)).isEqualTo(7 * PAGE + inPage);
      assertThat(headers.lastEnd(SEGMENT + inPage)).isEqualTo(SEGMENT + inPage);
    }
    assertThat(headers.lastEnd(7 * PAGE)).isEqualTo(7 * PAGE);
  }
}
