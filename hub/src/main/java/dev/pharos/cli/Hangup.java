package dev.pharos.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * What is done instead of ending when the process gets SIGHUP.
 *
 * <p>The JDK's only way to a signal, {@code sun.misc.Signal} of the module {@code jdk.unsupported}, is reached by reflection:
 * where it is not there, SIGHUP ends the process as ever.
 */
final class Hangup {

    private Hangup() {}

    /** Runs {@code task} at each SIGHUP from now on. */
    static void run(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object onHangup = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            task.run();
                        }
                        return null;
                    });
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hup, onHangup);
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            // No such signal here; a changed file is noticed all the same.
        } catch (InvocationTargetException refused) {
            // Windows has no SIGHUP, and a JVM that was told to leave signals alone does.
        }
    }
}
