import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node on loopback, for tests. Prints "LISTENING host:port" once it serves, and ends when its standard
 * input ends: a node never outlives the process that started it, even one that was killed.
 *
 * <p>Arguments: the home folder (lib/, modules/, config/), the data folder, the HTTP port (0: any free one); of a node of
 * several also its name, its transport port, and all names and transport addresses, each list with commas.
 */
public final class EsNode {
  private static final String NAME = "wangjian-testnode";

  private EsNode() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    LogConfigurator.configureESLogging();
    Node node = build(home, settings(home, arguments));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    node.start();
    var address = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress();
    System.out.println("LISTENING " + address.getAddress() + ":" + address.getPort());
    while (System.in.read() >= 0) {
      // What is written to us means nothing; only the end of it does.
    }
    System.exit(0);
  }

  private static Settings settings(Path home, String[] arguments) {
    Settings.Builder settings =
        Settings.builder()
            .put("path.home", home)
            .put("path.data", arguments[1])
            .put("cluster.name", NAME)
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[2])
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            // A nearly full disk on a developer's machine must not turn the node read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
    if (arguments.length == 3) {
      return settings
          .put("node.name", NAME)
          .put("discovery.type", "single-node")
          .put("transport.port", "0")
          .build();
    }
    return settings
        .put("node.name", arguments[3])
        .put("transport.port", arguments[4])
        .putList("cluster.initial_master_nodes", arguments[5].split(","))
        .putList("discovery.seed_hosts", arguments[6].split(","))
        .build();
  }

  private static Node build(Path home, Settings settings) {
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> NAME);
    PluginsLoader plugins =
        PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()), Set.of(), Map.of(), false);
    return new Node(environment, plugins);
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (IOException exception) {
      System.err.println("closing: " + exception);
    }
  }
}
