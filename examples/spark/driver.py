"""What spark-submit is given: `spark-submit --master … driver.py population assess IN OUT … --spark submitted`."""

from xianjie.cli import main

if __name__ == "__main__":
    main()
