package io.shardjdbc.replication.probe;

/**
 * Where a WAL page's header ends, which is where a record can begin and none can end.
 *
 * <p>When the last record ends exactly with its page, the server gives as its end the start of the
 * next page, but as the insert position the place behind that page's header. A replica that has
 * replayed everything stands at the former, before the latter. Putting the insert position back to
 * the page's start is exact: no record ends in between.
 *
 * <p>A header takes 40 bytes on the first page of a segment and 24 on the others. The two must be
 * told apart: on an ordinary page a record may well end at offset 40, with 16 bytes carried over
 * from the page before, and putting that one back would cut off an acknowledged commit. ({@code
 * access/xlog_internal.h}: SizeOfXLogShortPHD, SizeOfXLogLongPHD.)
 *
 * @param pageSize bytes of a page, {@code wal_block_size}
 * @param segmentSize bytes of a segment, {@code wal_segment_size}
 */
record PageHeaders(long pageSize, long segmentSize) {
  private static final long SHORT = 24;
  private static final long LONG = 40;

  /** The end of the last record before an insert position. */
  long lastEnd(long insertPosition) {
    long inPage = Long.remainderUnsigned(insertPosition, pageSize);
    boolean firstPage = Long.remainderUnsigned(insertPosition, segmentSize) < pageSize;
    return inPage == (firstPage ? LONG : SHORT) ? insertPosition - inPage : insertPosition;
  }
}
