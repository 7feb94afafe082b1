@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0"
echo 邻里：正在安装，不需要网络 / installing, no network needed

set "PY="
for %%v in (3.13 3.12 3.11) do if not defined PY (
  py -%%v -c "pass" >nul 2>nul && set "PY=py -%%v"
)
if not defined PY (
  python -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>nul && set "PY=python"
)
if not defined PY (
  for %%f in (python-3.1*-amd64.exe) do if not defined PY (
    echo 正在安装 Python：%%f / installing Python: %%f
    start /wait "" "%%f" /quiet InstallAllUsers=0 Include_launcher=1 InstallLauncherAllUsers=0 Include_test=0
    for %%v in (3.13 3.12 3.11) do if not defined PY (
      "%LocalAppData%\Programs\Python\Launcher\py.exe" -%%v -c "pass" >nul 2>nul && set "PY="%LocalAppData%\Programs\Python\Launcher\py.exe" -%%v"
    )
  )
)
if not defined PY (
  echo 没有找到 64 位 Python 3.11 至 3.13。请把 python-3.12.x-amd64.exe 放进本文件夹再运行一次，见 使用说明.html
  echo No 64-bit Python 3.11 to 3.13 was found. Put python-3.12.x-amd64.exe into this folder and run this again.
  pause
  exit /b 2
)

%PY% -m venv .venv || goto failed
for /f %%v in ('.venv\Scripts\python.exe -c "import sys; print(sys.version[:4])"') do set "VERSION=%%v"
.venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels --no-deps --require-hashes -r requirements-%VERSION%.txt || goto failed
for %%f in (wheels\linli_matching-*.whl) do .venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall "%%f" || goto failed
.venv\Scripts\matching.exe demo --out 示例结果 || goto failed
echo 装好了。双击 2-start.bat 打开笔记本；把您的表格拖到 3-match.bat 上就出方案。
echo Installed. Double-click 2-start.bat for the notebooks; drag your workbook onto 3-match.bat for a plan.
pause
exit /b 0

:failed
echo 安装没有完成，请把上面的文字拍照发给管理员 / not installed: send the lines above to whoever looks after this
pause
exit /b 1
