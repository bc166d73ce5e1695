/** shardctl: the command line of whoever runs the shards. */
module io.shardjdbc.ctl {
  requires info.picocli;
  requires io.shardjdbc;
  requires io.shardjdbc.reshard;
  requires jdk.httpserver;
  requires static org.jspecify;

  exports io.shardjdbc.ctl;

  opens io.shardjdbc.ctl to
      info.picocli;
}
