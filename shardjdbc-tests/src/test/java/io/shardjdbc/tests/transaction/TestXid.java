package io.shardjdbc.tests.transaction;

import javax.transaction.xa.Xid;

/** A branch with the longest names that a transaction manager may choose. */
record TestXid(long number) implements Xid {
  @Override
  public int getFormatId() {
    return -1;
  }

  @Override
  public byte[] getGlobalTransactionId() {
    byte[] id = new byte[MAXGTRIDSIZE];
    id[0] = (byte) number;
    id[MAXGTRIDSIZE - 1] = -1;
    return id;
  }

  @Override
  public byte[] getBranchQualifier() {
    byte[] id = new byte[MAXBQUALSIZE];
    id[MAXBQUALSIZE - 1] = (byte) number;
    return id;
  }
}
