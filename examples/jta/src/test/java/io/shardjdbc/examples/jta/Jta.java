package io.shardjdbc.examples.jta;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;

/**
 * Narayana as the shop uses it: the log of decisions in a directory, and a recovery that runs when
 * it is called. A JVM has one.
 */
final class Jta {

  private static final String NODE = "shop";

  /** It tells of each failure that is caused here on purpose. */
  private static final Logger NARAYANA = Logger.getLogger("com.arjuna");

  private final TransactionManager transactions;
  private final RecoveryManager recovery;

  /**
   * @param log where decisions are kept; the process that takes over needs the same
   */
  Jta(Path log) throws Exception {
    NARAYANA.setLevel(Level.OFF);
    arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(NODE);
    for (String store : new String[] {null, "stateStore", "communicationStore"}) {
      BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
          .setObjectStoreDir(log.toString());
    }
    JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
    jta.setXaRecoveryNodes(List.of(NODE));
    jta.setXaResourceOrphanFilterClassNames(
        List.of(
            JTATransactionLogXAResourceOrphanFilter.class.getName(),
            JTANodeNameXAResourceOrphanFilter.class.getName()));
    jta.setOrphanSafetyInterval(0);
    RecoveryEnvironmentBean bean = recoveryPropertyManager.getRecoveryEnvironmentBean();
    bean.setRecoveryModuleClassNames(
        List.of(AtomicActionRecoveryModule.class.getName(), XARecoveryModule.class.getName()));
    bean.setRecoveryBackoffPeriod(1);
    bean.setRecoveryListener(false);
    arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
    transactions = com.arjuna.ats.jta.TransactionManager.transactionManager();
    recovery = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
  }

  TransactionManager transactions() {
    return transactions;
  }

  /** Ends what these resources have prepared, by the log. */
  void recover(List<XAConnection> connections) {
    XARecoveryModule resources =
        recovery.getModules().stream()
            .filter(XARecoveryModule.class::isInstance)
            .map(XARecoveryModule.class::cast)
            .findFirst()
            .orElseThrow();
    XAResourceRecoveryHelper helper =
        new XAResourceRecoveryHelper() {
          @Override
          public boolean initialise(String parameter) {
            return true;
          }

          @Override
          public XAResource[] getXAResources() throws Exception {
            XAResource[] all = new XAResource[connections.size()];
            for (int i = 0; i < all.length; i++) {
              all[i] = connections.get(i).getXAResource();
            }
            return all;
          }
        };
    resources.addXAResourceRecoveryHelper(helper);
    try {
      recovery.scan();
    } finally {
      resources.removeXAResourceRecoveryHelper(helper);
    }
  }
}
