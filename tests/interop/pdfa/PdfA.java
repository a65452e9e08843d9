import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.ValidationResult;

/** Whether each file is the PDF/A it says it is (ISO 19005), one line a file; exit code 1 when one is not. */
public class PdfA {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean all = files.length > 0;
        for (String file : files) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file))) {
                PDFAValidator validator = Foundries.defaultInstance().createValidator(parser.getFlavour(), false);
                ValidationResult result = validator.validate(parser);
                all &= result.isCompliant();
                System.out.println(file.replaceAll(".*/", "") + ": PDF/A-" + parser.getFlavour() + " " + result.isCompliant()
                        + ", " + result.getTotalAssertions() + " assertions");
                result.getTestAssertions().stream().limit(5).forEach(one -> System.out.println("  " + one.getMessage()));
            }
        }
        System.exit(all ? 0 : 1);
    }
}
